internal import SparseStore

/// Reads the content of a data file, decompressed, from its beginning to its end.
protocol ContentReader: AnyObject {
    /// Fills `buffer` from index `start` to its end.
    /// - Returns: bytes read; fewer than asked for only at the end of the content.
    func read(into buffer: AlignedBuffer<UInt8>, at start: Int) throws(DataError) -> Int
}

/// Content that is stored as it is.
final class PlainReader: ContentReader {
    private let file: DataFile
    private var position = 0

    init(_ file: DataFile) { self.file = file }

    func read(into buffer: AlignedBuffer<UInt8>, at start: Int) throws(DataError) -> Int {
        let count = min(buffer.count - start, file.storedCount - position)
        try file.readStored(count, at: position, into: buffer, from: start)
        position += count
        return count
    }
}

/// A pipe, a device, or standard input.
final class StreamReader: ContentReader {
    /// For messages.
    let name: String
    private let stream: ByteStream

    /// - Parameter path: `-` for standard input.
    init(_ path: String) throws(DataError) {
        name = path == "-" ? "standard input" : path
        do throws(StoredBytes.Failure) { stream = path == "-" ? ByteStream() : try ByteStream(path: path) } catch {
            throw DataError(.unreadable, in: name, "cannot be read (\(error))", expected: "a readable file or pipe")
        }
    }

    func read(into buffer: AlignedBuffer<UInt8>, at start: Int) throws(DataError) -> Int {
        do throws(StoredBytes.Failure) { return try stream.read(into: buffer, from: start) } catch {
            throw DataError(.unreadable, in: name, "cannot be read (\(error))", expected: "a readable file or pipe")
        }
    }
}
