internal import CZlib
internal import SparseStore

/// Inflates gzip piece by piece, into memory that the caller has sized: a file never decides how much is allocated.
/// Several members one after the other are one content, as for gzip itself. Check sums and lengths are verified.
final class GzipReader: ContentReader {
    /// The first two bytes.
    static let magic: [UInt8] = [0x1F, 0x8B]
    /// zlib counts in 32 bits.
    private static let largestPiece = 1 << 30

    private let file: DataFile
    /// At a fixed address, which zlib remembers.
    private let stream: UnsafeMutablePointer<z_stream>
    /// Some compressed bytes, those of them that are not used yet, and where in the file the next ones are.
    private let piece: AlignedBuffer<UInt8>
    private var pending = 0..<0
    private var position = 0
    private var produced = 0
    private var memberEnded = false

    init(_ file: DataFile) throws(DataError) {
        self.file = file
        piece = AlignedBuffer(count: min(1 << 16, file.storedCount))
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // 15 bits of window, + 16: a gzip header.
        guard inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            stream.deallocate()
            throw DataError(.unreadable, in: file.path, "zlib cannot start", expected: "a working zlib")
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    func read(into buffer: AlignedBuffer<UInt8>, at start: Int) throws(DataError) -> Int {
        let target = buffer.elements[start...]
        var filled = 0
        while filled < target.count {
            if memberEnded, try !startNextMember() { break }
            if pending.isEmpty { try readPiece() }
            let count = try inflate(into: UnsafeMutableBufferPointer(rebasing: target.dropFirst(filled)))
            filled += count
            produced += count
        }
        return filled
    }

    /// Inflates as much of the pending bytes as there is room for.
    private func inflate(into target: UnsafeMutableBufferPointer<UInt8>) throws(DataError) -> Int {
        let output = min(target.count, GzipReader.largestPiece)
        stream.pointee.next_in = UnsafeMutableBufferPointer(rebasing: piece.elements[pending]).baseAddress
        stream.pointee.avail_in = UInt32(pending.count)
        stream.pointee.next_out = target.baseAddress
        stream.pointee.avail_out = UInt32(output)
        let status = CZlib.inflate(stream, Z_NO_FLUSH)
        pending = (pending.upperBound - Int(stream.pointee.avail_in))..<pending.upperBound
        let filled = output - Int(stream.pointee.avail_out)
        switch status {
        case Z_OK: break
        case Z_STREAM_END: memberEnded = true
        case Z_BUF_ERROR:
            throw DataError(
                .truncated, in: file.path, at: .offset(produced + filled), "the compressed data ends here",
                expected: "a complete gzip file")
        default:
            let reason = stream.pointee.msg.map { String(cString: $0) } ?? "code \(status)"
            throw DataError(
                .malformed, in: file.path, at: .offset(produced + filled), "corrupt gzip data (\(reason))",
                expected: "an undamaged gzip file")
        }
        return filled
    }

    /// Reads on in the file; at its end nothing is pending then.
    private func readPiece() throws(DataError) {
        let count = min(piece.count, file.storedCount - position)
        try file.readStored(count, at: position, into: piece)
        position += count
        pending = 0..<count
    }

    /// False at the end of the file. Zeros may pad it, as on tapes.
    private func startNextMember() throws(DataError) -> Bool {
        var isPadded = false
        while true {
            if pending.isEmpty { try readPiece() }
            if pending.isEmpty { return false }
            guard piece[pending.lowerBound] == 0 else { break }
            isPadded = true
            pending = pending.dropFirst()
        }
        guard !isPadded, piece[pending.lowerBound] == GzipReader.magic[0], inflateReset(stream) == Z_OK else {
            let place = position - pending.count
            throw DataError(
                .malformed, in: file.path, at: .offset(place),
                "\(file.storedCount - place) bytes that are not gzip follow the compressed data",
                expected: "the end of the file: cut them off, or pack the data anew"
            )
        }
        memberEnded = false
        return true
    }
}
