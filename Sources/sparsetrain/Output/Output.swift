internal import Foundation

/// Bytes for a descriptor of the process, by write(2): Foundation ends the process when a descriptor is full or closed.
enum Output {
    /// Writes all of `text`.
    /// - Parameter patience: How long to wait for a descriptor that takes nothing at the moment, in milliseconds; below 0 for
    ///   as long as it takes.
    /// - Throws: `Failure`; a part of the text may have been written.
    static func write(_ text: String, to descriptor: Int32, patience: Int32) throws(Failure) {
        let bytes = Array(text.utf8)
        var done = 0
        while done < bytes.count {
            let written = bytes.withUnsafeBytes { bytes in
                bytes.baseAddress.map { Foundation.write(descriptor, $0 + done, bytes.count - done) } ?? 0
            }
            if written >= 0 {
                done += written
                continue
            }
            switch errno {
            case EINTR: continue
            case EAGAIN:
                var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                if poll(&waiting, 1, patience) == 0 { throw Failure(number: EAGAIN) }
            default: throw Failure(number: errno)
            }
        }
    }

    /// Why bytes could not be written.
    struct Failure: Error {
        /// The system's number of the error.
        var number: Int32

        var reason: String { String(cString: strerror(number)) }
    }

    /// A result as JSON, its keys in order.
    static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}

/// Where results go.
enum StandardOutput {
    /// Writes `text` and the end of its line.
    /// - Throws: `LostResult` when not all of it could be written.
    static func write(_ text: String) throws(LostResult) {
        try write(text: text + "\n")
    }

    /// Writes `text` as it is.
    /// - Throws: `LostResult` when not all of it could be written.
    static func write(text: String) throws(LostResult) {
        do throws(Output.Failure) {
            try Output.write(text, to: STDOUT_FILENO, patience: -1)
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
