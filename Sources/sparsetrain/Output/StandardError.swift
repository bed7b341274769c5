internal import Foundation
internal import Synchronization

/// Where progress, warnings and errors go. What cannot be written there is dropped: no training ends for it.
enum StandardError {
    /// Milliseconds that a text waits for a reader before it is dropped.
    private static let patience: Int32 = 1000
    /// True while the cursor of the terminal stands behind a line that is drawn over and over.
    private static let isDrawing = Atomic(false)

    static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// A line for good, in place of what is drawn.
    static func say(_ line: String) {
        let before = isDrawing.exchange(false, ordering: .relaxed) ? "\r\u{1B}[K" : ""
        write(before + line + "\n")
    }

    /// Draws a line of a terminal, over the one drawn before; none for "".
    static func draw(_ line: String) {
        if line.isEmpty && !isDrawing.load(ordering: .relaxed) { return }
        isDrawing.store(!line.isEmpty, ordering: .relaxed)
        write("\r" + line + "\u{1B}[K")
    }

    private static func write(_ text: String) {
        do throws(Output.Failure) { try Output.write(text, to: STDERR_FILENO, patience: patience) } catch {
            // There is nowhere left to say so.
        }
    }
}
