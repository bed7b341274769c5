internal import Dispatch
internal import Foundation
internal import SparseStore
internal import SparseTraining

/// Says that data is being read when that takes longer than a second, and on a terminal how far it is.
final class ReadingLine: TrainingObserver {
    private let queue = DispatchQueue(label: "reading")
    private var timer: (any DispatchSourceTimer)?

    func dataWillBeRead(_ path: String) {
        let isTerminal = StandardError.isTerminal
        let (size, before) = (Self.size(of: path), StoredBytes.bytesRead)
        let timer = DispatchSource.makeTimerSource(queue: queue)
        timer.schedule(deadline: .now() + 1, repeating: isTerminal ? .milliseconds(500) : .never)
        timer.setEventHandler { @Sendable in
            if isTerminal {
                let line = Self.line(path, read: StoredBytes.bytesRead - before, of: size)
                StandardError.draw(String(line.prefix(TerminalWidth.columns - 1)))
            } else {
                StandardError.say("reading \(path) ...")
            }
        }
        timer.resume()
        self.timer = timer
    }

    func dataWasRead() {
        timer?.cancel()
        timer = nil
        // What was begun is finished first.
        queue.sync {}
        StandardError.draw("")
    }

    static func line(_ path: String, read: Int, of size: Int?) -> String {
        let megabytes = { (bytes: Int) in String(format: "%.0f", Double(bytes) / 1e6) }
        let total = size.map { " of " + megabytes($0) } ?? ""
        return "reading \(megabytes(read))\(total) MB of \(path) ..."
    }

    /// Bytes of a file; nil for a folder and for what is built in.
    private static func size(of path: String) -> Int? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int(status.st_size)
    }
}
