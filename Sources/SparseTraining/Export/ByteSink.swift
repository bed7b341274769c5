internal import Foundation

/// A file that is written from its beginning to its end, through a buffer.
final class ByteSink {
    private static let bufferSize = 1 << 20

    private let file: FileHandle
    private var buffer: [UInt8] = []
    /// Bytes written so far.
    private(set) var count = 0

    init(_ file: FileHandle) {
        self.file = file
        buffer.reserveCapacity(Self.bufferSize)
    }

    func write(_ bytes: some Collection<UInt8>) throws {
        buffer.append(contentsOf: bytes)
        count += bytes.count
        if buffer.count >= Self.bufferSize { try flush() }
    }

    func write(_ text: String) throws { try write(text.utf8) }

    /// Numbers as they are in memory: little endian on every platform of Swift's.
    func write<Number: BitwiseCopyable>(numbers: [Number]) throws {
        try numbers.withUnsafeBytes { try write($0) }
    }

    /// Writes over what was written before, which must be there.
    func rewrite(_ bytes: [UInt8], at offset: Int) throws {
        try flush()
        try file.seek(toOffset: UInt64(offset))
        try file.write(contentsOf: bytes)
        try file.seekToEnd()
    }

    /// To be called at the end.
    func flush() throws {
        if buffer.isEmpty { return }
        try file.write(contentsOf: Data(buffer))
        buffer.removeAll(keepingCapacity: true)
    }
}
