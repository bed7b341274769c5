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
