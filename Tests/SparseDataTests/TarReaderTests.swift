import SparseStore
import TestSupport
import Testing

@testable import SparseData

/// Archives, sound and hostile.
@Suite struct TarReaderTests {
    private func entries(_ bytes: [UInt8], limit: Int = 1 << 20) throws -> [(TarReader.Entry, [UInt8])] {
        var reader = try TarReader(DataFile(name: "a.tar", bytes: AlignedBuffer(bytes)), limit: limit)
        let buffer = AlignedBuffer<UInt8>(count: 700)
        var found: [(TarReader.Entry, [UInt8])] = []
        while let entry = try reader.next() {
            var content: [UInt8] = []
            while case let count = try reader.read(into: buffer), count > 0 { content += buffer.array.suffix(count) }
            found.append((entry, content))
        }
        return found
    }

    private let long = randomBytes(2000, seed: 3)

    @Test(arguments: [false, true]) func readsWhatIsInIt(compressed: Bool) throws {
        let bytes = tar([
            TarEntry("folder/", kind: "5"), TarEntry("./folder/a.bin", long), TarEntry("b", [1, 2, 3]),
            TarEntry("empty"), TarEntry("c", [7], prefix: "deep/down"), TarEntry("link", kind: "2"),
            TarEntry("block", randomBytes(512)),
        ])
        let found = try entries(compressed ? gzip(bytes) : bytes)
        #expect(found.map(\.0.name) == ["folder", "folder/a.bin", "b", "empty", "deep/down/c", "link", "block"])
        #expect(found.map(\.0.isFile) == [false, true, true, true, true, false, true])
        #expect(found[1].1 == long && found[2].1 == [1, 2, 3] && found[3].1.isEmpty && found[4].1 == [7])
        #expect(found[6].1 == randomBytes(512))
    }

    @Test func passesOverWhatIsNotRead() throws {
        let bytes = tar([TarEntry("a", long), TarEntry("b", long)])
        var reader = try TarReader(DataFile(name: "a.tar", bytes: AlignedBuffer(bytes)), limit: 1 << 20)
        #expect(try reader.next()?.name == "a")
        #expect(try reader.read(into: AlignedBuffer(count: 5)) == 5)
        #expect(try reader.next() == TarReader.Entry(name: "b", isFile: true, byteCount: 2000))
        #expect(try reader.next() == nil)
    }

    /// Without the zeros at the end, as some programs leave it.
    @Test func theEndMarkMayBeMissing() throws {
        #expect(try entries(Array(tar([TarEntry("a", [1])]).dropLast(1024))).count == 1)
    }

    private static func flipped(_ bytes: [UInt8], _ place: Int) -> [UInt8] {
        var bytes = bytes
        bytes[place] ^= 0x55
        return bytes
    }

    private static let sound = tar([TarEntry("a", randomBytes(1000))])
    static let hostile: [(name: String, bytes: [UInt8], kind: DataError.Kind, says: String)] = [
        ("from the root", tar([TarEntry("/etc/passwd", [1])]), .malformed, "leads out"),
        ("above", tar([TarEntry("a/../../b", [1])]), .malformed, "leads out"),
        ("above by its prefix", tar([TarEntry("b", [1], prefix: "..")]), .malformed, "leads out"),
        ("check sum", flipped(sound, 3), .malformed, "no header"),
        ("size of other letters", flipped(sound, 130), .malformed, "no header"),
        ("more declared than there is", tar([TarEntry("a", [1], declared: 5000)]), .truncated, "ends here"),
        ("huge", tar([TarEntry("a", [1], declared: 0o7777_7777_777)]), .truncated, "ends here"),
        ("cut in a header", Array(sound.prefix(300)), .truncated, "ends here"),
        ("cut in the content", Array(sound.prefix(900)), .truncated, "ends here"),
        ("text", Array("no archive at all".utf8), .truncated, "ends here"),
        ("other bytes", randomBytes(1024), .malformed, "no header"),
        (
            "a bomb", gzip(tar([TarEntry("a", [UInt8](repeating: 0, count: 3 << 20))])), .tooLarge,
            "at most 1048576 bytes"
        ),
        ("zeros for ever", gzip([UInt8](repeating: 0, count: 1 << 22), level: 9), .tooLarge, ""),
    ]

    @Test(arguments: hostile.indices) func hostileArchivesAreRefused(index: Int) throws {
        let (name, bytes, kind, says) = Self.hostile[index]
        if name == "zeros for ever" {
            // An end mark, and as much behind it as is allowed is read.
            #expect(try entries(bytes).isEmpty)
            return
        }
        #expect {
            try entries(bytes)
        } throws: { error in
            (error as? DataError)?.kind == kind && "\(error)".contains(says) && "\(error)".contains("a.tar")
        }
    }
}
