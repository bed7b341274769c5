internal import CZlib
internal import Foundation

/// Writes a zip archive of files that are not compressed: numbers of a trained network hardly get shorter.
/// https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
struct ZipWriter {
    private struct Member {
        var name: [UInt8]
        var checksum: UInt32
        var size: UInt32
        var offset: UInt32
    }

    private let sink: ByteSink
    private var members: [Member] = []
    /// What the four bytes of a size can say.
    static let largest = Int(UInt32.max) - (1 << 20)

    init(_ sink: ByteSink) { self.sink = sink }

    /// Appends a file.
    /// - Parameter size: Bytes that `body` writes.
    /// - Throws: `ExportError.tooLarge` when the archive would be larger than its numbers can say.
    mutating func add(_ name: String, size: Int, _ body: (inout Content) throws -> Void) throws {
        guard size <= Self.largest - sink.count, members.count < Int(UInt16.max) else {
            throw ExportError.tooLarge(format: "npz", what: "\(name) of \(size) bytes")
        }
        var member = Member(name: Array(name.utf8), checksum: 0, size: UInt32(size), offset: UInt32(sink.count))
        try sink.write(local(member))
        let start = sink.count
        var content = Content(sink: sink)
        try body(&content)
        precondition(sink.count - start == size, "a member has the size that was announced")
        member.checksum = content.checksum
        try sink.rewrite(local(member), at: Int(member.offset))
        members.append(member)
    }

    /// What a member holds, written piece by piece.
    struct Content {
        fileprivate let sink: ByteSink
        fileprivate private(set) var checksum: UInt32 = 0

        fileprivate init(sink: ByteSink) { self.sink = sink }

        mutating func write<Number: BitwiseCopyable>(_ numbers: [Number]) throws {
            try numbers.withUnsafeBytes { bytes in
                guard let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
                var rest = bytes.count
                while rest > 0 {
                    let count = min(rest, 1 << 30)
                    checksum = UInt32(
                        truncatingIfNeeded: crc32(UInt(checksum), start + bytes.count - rest, UInt32(count)))
                    rest -= count
                }
                try sink.write(bytes)
            }
        }
    }

    /// Writes the list of members. To be called once, at the end.
    func finish() throws {
        let start = sink.count
        for member in members {
            var record = little(0x0201_4b50 as UInt32) + little(20 as UInt16) + fields(member)
            // Comment, disk, attributes.
            record += little(0 as UInt16) + little(0 as UInt16) + little(0 as UInt16) + little(0 as UInt32)
            record += little(member.offset) + member.name
            try sink.write(record)
        }
        let size = UInt32(sink.count - start)
        var end = little(0x0605_4b50 as UInt32) + little(0 as UInt16) + little(0 as UInt16)
        end += little(UInt16(members.count)) + little(UInt16(members.count)) + little(size) + little(UInt32(start))
        try sink.write(end + little(0 as UInt16))
    }

    private func local(_ member: Member) -> [UInt8] { little(0x0403_4b50 as UInt32) + fields(member) + member.name }

    /// What both records of a member share: version, flags (names are UTF-8), method 0, 1 January 1980, checksum, sizes, lengths.
    private func fields(_ member: Member) -> [UInt8] {
        little(20 as UInt16) + little(1 << 11 as UInt16) + little(0 as UInt16) + little(0 as UInt16)
            + little(0x21 as UInt16)
            + little(member.checksum) + little(member.size) + little(member.size) + little(UInt16(member.name.count))
            + little(0 as UInt16)
    }

    private func little(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }
}
