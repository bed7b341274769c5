internal import SparseStore

/// A file of data, plain or gzip (told apart by its first two bytes), or such bytes in memory.
struct DataFile: Sendable {
    private enum Storage {
        case mapped(MappedFile)
        case memory(AlignedBuffer<UInt8>)
    }

    /// Deflate codes at most 258 bytes in 2 bits, so nothing inflates to more than this many times its size.
    private static let largestRatio = 1032

    /// For messages.
    let path: String
    /// Bytes as stored.
    let storedCount: Int
    let isCompressed: Bool
    private let storage: Storage

    /// Maps a file; an empty one is an error.
    init(path: String) throws(DataError) {
        let file: MappedFile
        do {
            file = try MappedFile(path: path)
        } catch {
            switch error {
            case .system(let reason):
                throw DataError(.unreadable, in: path, "cannot be read (\(reason))", expected: "a readable file")
            case .notRegularFile:
                throw DataError(.unreadable, in: path, "not a regular file", expected: "a file")
            }
        }
        guard file.count > 0 else { throw DataError(.empty, in: path, "the file is empty", expected: "data") }
        self.init(path: path, count: file.count, storage: .mapped(file))
    }

    /// Takes bytes in memory, at least one, as if they were a file's.
    init(name: String, bytes: AlignedBuffer<UInt8>) {
        self.init(path: name, count: bytes.count, storage: .memory(bytes))
    }

    private init(path: String, count: Int, storage: Storage) {
        self.path = path
        self.storage = storage
        storedCount = count
        isCompressed = DataFile.withBytes(of: storage) { $0.starts(with: [0x1F, 0x8B]) }
    }

    /// The mapping, when that is the content: nothing to decompress.
    var mapped: MappedFile? {
        if case .mapped(let file) = storage, !isCompressed { file } else { nil }
    }

    private static func withBytes<Result>(
        of storage: Storage, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        switch storage {
        case .mapped(let file): try file.withBytes(body)
        case .memory(let buffer): try body(UnsafeRawBufferPointer(buffer.elements))
        }
    }

    /// The bytes as stored, for the length of the call.
    func withStoredBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try DataFile.withBytes(of: storage, body)
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

    /// The whole content, which must have exactly `count` bytes: mapped when plain, in memory when compressed.
    func records(
        features: Int, stride: Int, first: Int, samples: Int, count: Int, limit: Int
    ) throws(DataError) -> SampleRecords<UInt8> {
        var records = SampleRecords<UInt8>(features: features, stride: stride)
        if let file = mapped {
            try checkLength(storedCount, is: count)
            records.append(file, first: first, samples: samples)
        } else {
            records.append(try content(count: count, limit: limit), first: first, samples: samples)
        }
        return records
    }

    /// A copy of the whole content, which must have exactly `count` bytes.
    /// - Parameter limit: bytes that memory may take.
    func content(count: Int, limit: Int) throws(DataError) -> AlignedBuffer<UInt8> {
        if !isCompressed { try checkLength(storedCount, is: count) }
        // What the file claims to hold is checked against what it can hold before any memory is taken.
        let (most, overflow) = storedCount.multipliedReportingOverflow(by: DataFile.largestRatio)
        guard overflow || count <= most else {
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
                .malformed, in: path, at: .offset(count), "\(found - count) more bytes follow",
                expected: "\(count) bytes")
        }
    }
}
