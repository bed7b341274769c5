package import Foundation

/// The whole epochs in a `metrics.jsonl` that another process writes.
package struct EpochReader: Sendable {
    private let file: URL
    private var offset: UInt64 = 0
    /// What follows the last whole line.
    private var rest = Data()
    /// Whole epochs by their number. Of an epoch that a resumed run measured again, the same numbers once more.
    package private(set) var records: [Int: EpochRecord] = [:]

    /// Nothing is read yet.
    package init(_ file: URL) { self.file = file }

    /// The last epoch there is.
    package var last: EpochRecord? { records.keys.max().flatMap { records[$0] } }

    /// Reads what was added. A file that became shorter is read anew: its run went on from a checkpoint.
    package mutating func update() {
        guard let handle = try? FileHandle(forReadingFrom: file) else { return }
        defer { try? handle.close() }
        let size = (try? handle.seekToEnd()) ?? 0
        if size < offset { (offset, rest, records) = (0, Data(), [:]) }
        guard size > offset, (try? handle.seek(toOffset: offset)) != nil else { return }
        let decoder = JSONDecoder()
        while let bytes = try? handle.read(upToCount: 1 << 20), !bytes.isEmpty {
            offset += UInt64(bytes.count)
            rest += bytes
            guard let end = rest.lastIndex(of: UInt8(ascii: "\n")) else { continue }
            for line in rest[..<end].split(separator: UInt8(ascii: "\n"))
            where line.range(of: Self.event) != nil {
                guard let record = try? decoder.decode(EpochRecord.self, from: line), !record.isCutShort else {
                    continue
                }
                records[record.epoch] = record
            }
            rest = Data(rest[(end + 1)...])
        }
    }

    /// Reads the whole file anew.
    package mutating func reread() {
        self = EpochReader(file)
        update()
    }

    private static let event = Data(#""event":"epoch""#.utf8)
}
