internal import SparseStore

/// A file of data, plain or gzip (told apart by its first two bytes), or such bytes in memory.
struct DataFile: Sendable {
    /// Deflate codes at most 258 bytes in 2 bits, so nothing inflates to more than this many times its size.
    private static let largestRatio = 1032

    /// For messages.
    let path: String
    let isCompressed: Bool
    private let bytes: StoredBytes

    /// Bytes as stored.
    var storedCount: Int { bytes.count }
    /// When it was last written, in nanoseconds since 1970; 0 for bytes in memory.
    var modified: Int { bytes.modified }

    /// Opens a file; an empty one is an error.
    init(path: String) throws(DataError) {
        do throws(StoredBytes.Failure) {
            try self.init(path: path, bytes: StoredBytes(path: path))
        } catch { throw DataFile.unreadable(path, error) }
        guard storedCount > 0 else {
            throw DataError(.empty, in: path, "the file is empty", expected: "data")
        }
    }

    /// Takes bytes in memory as if they were a file's.
    init(name: String, bytes: AlignedBuffer<UInt8>) {
        path = name
        isCompressed = bytes.elements.starts(with: GzipReader.magic)
        self.bytes = StoredBytes(bytes)
    }

    private init(path: String, bytes: StoredBytes) throws(StoredBytes.Failure) {
        self.path = path
        self.bytes = bytes
        isCompressed = try bytes.array(of: UInt8.self, at: 0, count: min(bytes.count, 2)) == GzipReader.magic
    }

    static func unreadable(_ path: String, _ failure: StoredBytes.Failure) -> DataError {
        switch failure {
        case .system(let reason):
            DataError(.unreadable, in: path, "cannot be read (\(reason))", expected: "a readable file")
        case .notRegularFile:
            DataError(
                .unreadable, in: path,
                StoredBytes.isFolder(path)
                    ? "a folder where a file should be" : "a pipe or a device, not a regular file",
                expected: "the path of a file")
        case .cutShort:
            DataError(.truncated, in: path, "\(failure)", expected: "a file that nobody changes")
        }
    }

    /// Copies bytes as they are stored, from byte `offset` on, into `buffer` from index `start` on.
    func readStored(
        _ count: Int, at offset: Int, into buffer: AlignedBuffer<UInt8>, from start: Int = 0
    ) throws(DataError) {
        do throws(StoredBytes.Failure) {
            try bytes.read(count, at: offset, into: buffer, from: start)
        } catch { throw DataFile.unreadable(path, error) }
    }

    /// Reads the content from its beginning.
    func reader() throws(DataError) -> any ContentReader {
        isCompressed ? try GzipReader(self) : PlainReader(self)
    }

    /// The first `count` bytes of the content, or all of it when shorter.
    func head(_ count: Int) throws(DataError) -> [UInt8] {
        let buffer = AlignedBuffer<UInt8>(count: count)
        let read = try reader().read(into: buffer, at: 0)
        return Array(buffer.array.prefix(read))
    }

    /// The most bytes that the content can have, known without reading it.
    var largestContent: Int {
        if !isCompressed { return storedCount }
        let (most, overflow) = storedCount.multipliedReportingOverflow(by: DataFile.largestRatio)
        return overflow ? .max : most
    }

    /// A copy of the whole content, which must have exactly `count` bytes.
    /// - Parameter limit: bytes that memory may take.
    func content(count: Int, limit: Int) throws(DataError) -> AlignedBuffer<UInt8> {
        if !isCompressed { try checkLength(storedCount, is: count) }
        // What the file claims to hold is checked against what it can hold before any memory is taken.
        guard count <= largestContent else {
            throw DataError(
                .truncated, in: path, "\(storedCount) compressed bytes cannot hold the \(count) that are declared",
                expected: "a complete file")
        }
        guard count <= limit else {
            throw DataError(.tooLarge, in: path, "\(count) bytes", expected: "at most \(limit) in memory")
        }
        let reader = try reader()
        let buffer = AlignedBuffer<UInt8>(count: count)
        try checkLength(try reader.read(into: buffer, at: 0), is: count)
        guard try reader.read(into: AlignedBuffer(count: 1), at: 0) == 0 else {
            throw DataError(.malformed, in: path, at: .offset(count), "more bytes follow", expected: "\(count) bytes")
        }
        return buffer
    }

    private func checkLength(_ found: Int, is count: Int) throws(DataError) {
        guard found >= count else {
            throw DataError(
                .truncated, in: path, at: .offset(found), "the data ends here", expected: "\(count) bytes")
        }
        guard found == count else {
            throw DataError(
                .malformed, in: path, at: .offset(count),
                found == count + 1 ? "one more byte follows" : "\(found - count) more bytes follow",
                expected: "\(count) bytes")
        }
    }
}
