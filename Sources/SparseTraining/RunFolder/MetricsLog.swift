internal import Foundation

/// `metrics.jsonl`, line by line.
final class MetricsLog {
    private let file: AppendedFile
    private let encoder = JSONEncoder()
    /// Lines before those that this process wrote.
    private var kept = 0

    /// Opens the file, or makes it; nothing in it changes yet.
    init(_ url: URL) throws {
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        file = try AppendedFile(url)
    }

    /// Lines that are in the file.
    var lines: Int { kept + file.written }

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
        try file.cut(at: try Self.end(of: count, in: file.url))
        kept = count
    }

    func append(_ record: some Encodable) throws { try file.append(try encoder.encode(record) + Data("\n".utf8)) }

    /// Brings the lines to the disk, as many of them as there is room for.
    func flush() throws { try file.flush() }
}
