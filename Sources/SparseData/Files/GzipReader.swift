internal import CZlib
internal import SparseStore

/// Inflates gzip piece by piece, into memory that the caller has sized: a file never decides how much is allocated.
/// Several members one after the other are one content, as for gzip itself. Check sums and lengths are verified.
final class GzipReader: ContentReader {
    /// zlib counts in 32 bits.
    private static let largestPiece = 1 << 30

    private let file: DataFile
    /// At a fixed address, which zlib remembers.
    private let stream: UnsafeMutablePointer<z_stream>
    private var consumed = 0
    private var produced = 0
    private var memberEnded = false

    init(_ file: DataFile) throws(DataError) {
        self.file = file
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
        let target = UnsafeMutableBufferPointer(rebasing: buffer.elements[start...])
        // A closure of `withStoredBytes` would lose the type of the error.
        let result = file.withStoredBytes { stored in
            Result { () throws(DataError) in try inflate(stored, into: target) }
        }
        return try result.get()
    }

    private func inflate(
        _ stored: UnsafeRawBufferPointer, into target: UnsafeMutableBufferPointer<UInt8>
    ) throws(DataError) -> Int {
        guard let source = stored.bindMemory(to: UInt8.self).baseAddress, let base = target.baseAddress else {
            return 0
        }
        var filled = 0
        while filled < target.count {
            if memberEnded, try !startNextMember(stored) { break }
            let input = min(stored.count - consumed, GzipReader.largestPiece)
            let output = min(target.count - filled, GzipReader.largestPiece)
            stream.pointee.next_in = UnsafeMutablePointer(mutating: source + consumed)
            stream.pointee.avail_in = UInt32(input)
            stream.pointee.next_out = base + filled
            stream.pointee.avail_out = UInt32(output)
            let status = CZlib.inflate(stream, Z_NO_FLUSH)
            consumed += input - Int(stream.pointee.avail_in)
            filled += output - Int(stream.pointee.avail_out)
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
        }
        produced += filled
        return filled
    }

    /// False at the end of the file. Zeros may pad it, as on tapes.
    private func startNextMember(_ stored: UnsafeRawBufferPointer) throws(DataError) -> Bool {
        let rest = stored[consumed...]
        if rest.allSatisfy({ $0 == 0 }) { return false }
        guard rest.starts(with: [0x1F, 0x8B]), inflateReset(stream) == Z_OK else {
            throw DataError(
                .malformed, in: file.path, at: .offset(produced), "bytes that are not gzip follow the compressed data",
                expected: "the end of the file")
        }
        memberEnded = false
        return true
    }
}
