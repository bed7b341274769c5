import Foundation
import SparseStore
import TestSupport
import Testing

/// Bytes of files and in memory.
@Suite struct StoredBytesTests {
    @Test func bothKindsGiveTheSame() throws {
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * 7) }
        let folder = try TemporaryFolder()
        let path = try folder.write(bytes, to: "a")
        for source in [try StoredBytes(path: path), StoredBytes(AlignedBuffer(bytes))] {
            #expect(source.count == 1000)
            #expect(try source.array(of: UInt8.self, at: 3, count: 5) == Array(bytes[3..<8]))
            #expect(try source.array(of: UInt16.self, at: 1, count: 1) == [UInt16(bytes[1]) | UInt16(bytes[2]) << 8])
            #expect(try source.array(of: UInt64.self, at: 1000, count: 0).isEmpty)
            let buffer = AlignedBuffer<UInt8>(count: 4)
            try source.read(2, at: 998, into: buffer, from: 1)
            #expect(buffer.array == [0, bytes[998], bytes[999], 0])
        }
    }

    /// A mapping would end the process here.
    @Test func aFileThatIsCutShortWhileOpenIsAnError() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write([UInt8](repeating: 1, count: 100_000), to: "a")
        let source = try StoredBytes(path: path)
        try FileHandle(forWritingTo: URL(filePath: path)).truncate(atOffset: 10)
        #expect(throws: StoredBytes.Failure.cutShort) { try source.array(of: Float.self, at: 0, count: 25_000) }
        #expect(throws: StoredBytes.Failure.cutShort) {
            try source.read(100, at: 50_000, into: AlignedBuffer(count: 100))
        }
        #expect(try source.array(of: UInt8.self, at: 0, count: 10) == [UInt8](repeating: 1, count: 10))
    }

    @Test func whatIsNoFileIsRefused() throws {
        let folder = try TemporaryFolder()
        #expect(throws: StoredBytes.Failure.notRegularFile) { try StoredBytes(path: folder.path) }
        #expect(throws: StoredBytes.Failure.notRegularFile) { try StoredBytes(path: "/dev/null") }
        #expect(throws: StoredBytes.Failure.system("No such file or directory")) {
            try StoredBytes(path: folder.path("none"))
        }
    }
}
