internal import Foundation

/// Where results go.
enum StandardOutput {
    /// Writes `text` and the end of its line.
    /// - Throws: `LostResult` when not all of it could be written.
    static func write(_ text: String) throws(LostResult) {
        do throws(Output.Failure) {
            try Output.write(text + "\n", to: STDOUT_FILENO, patience: -1)
        } catch { throw LostResult(reason: error.reason) }
    }
}

/// A result that did not get out.
struct LostResult: Error, CustomStringConvertible {
    var reason: String
    /// The file that has it all the same.
    var file: String?

    var description: String {
        "cannot write to standard output: \(reason)" + (file.map { "; the result is also in \($0)" } ?? "")
    }
}
