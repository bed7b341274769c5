internal import Foundation

/// `metrics.jsonl`, line by line. A line that cannot be written is kept until that works again.
final class MetricsLog {
    private let url: URL
    private let file: FileHandle
    private let encoder = JSONEncoder()
    /// Lines that are in the file.
    private(set) var lines = 0
    /// Lines that could not be written yet, and whether that was said.
    private var pending: [Data] = []
    private var failed = false

    /// Opens the file, or makes it; nothing in it changes yet.
    init(_ url: URL) throws {
        self.url = url
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        file = try writing(to: url) {
            let descriptor = open(url.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
            guard descriptor >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
            return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        }
    }

    /// Where the first `count` lines end.
    /// - Throws: `TrainingError.damagedCheckpoint` when there are not as many.
    static func end(of count: Int, in url: URL) throws -> UInt64 {
        func damaged(_ reason: String) -> TrainingError {
            .damagedCheckpoint(path: url.relativePath, reason: reason)
        }
        if count == 0 { return 0 }
        let file: FileHandle
        do { file = try FileHandle(forReadingFrom: url) } catch { throw damaged(reason(of: error)) }
        defer { try? file.close() }
        var (end, lines): (UInt64, Int) = (0, 0)
        while lines < count {
            guard let piece = try file.read(upToCount: 1 << 16), !piece.isEmpty else {
                throw damaged("\(lines) lines, but the checkpoint was made after \(count)")
            }
            for byte in piece where lines < count {
                end += 1
                if byte == UInt8(ascii: "\n") { lines += 1 }
            }
        }
        return end
    }

    /// Cuts the file after its first `count` lines, and goes on from there.
    func keep(_ count: Int) throws {
        let end = try Self.end(of: count, in: url)
        try writing(to: url) {
            try file.truncate(atOffset: end)
            try file.seek(toOffset: end)
        }
        lines = count
    }

    func append(_ record: some Encodable) throws {
        pending.append(try encoder.encode(record) + Data("\n".utf8))
        do {
            try writing(to: url) { try writePending() }
            failed = false
        } catch {
            // Once is enough, as long as it does not work.
            if failed { return }
            failed = true
            throw error
        }
    }

    /// Brings the lines to the disk, as many of them as there is room for.
    func flush() throws {
        try? writePending()
        try writing(to: url) { try file.synchronize() }
    }

    /// Writes each line as a whole: half a line is taken back.
    private func writePending() throws {
        while let line = pending.first {
            let end = try file.offset()
            do { try file.write(contentsOf: line) } catch {
                try? file.truncate(atOffset: end)
                throw error
            }
            lines += 1
            pending.removeFirst()
        }
    }
}
