internal import CZlib
internal import SparseStore

/// zlib's inflate, piece by piece: what gzip and zip files share.
final class Inflater {
    /// What is around the compressed data, as zlib's number for a window of 15 bits.
    enum Wrapping: Int32 {
        case gzip = 31
        case none = -15
    }

    /// How a piece ended.
    enum Outcome {
        /// More may follow.
        case open
        /// The compressed data is complete.
        case complete
        /// Nothing could be read or written: the input is empty.
        case starved
        case corrupt(reason: String)
    }

    /// zlib counts in 32 bits.
    private static let largestPiece = 1 << 30

    /// At a fixed address, which zlib remembers.
    private let stream: UnsafeMutablePointer<z_stream>

    /// - Parameter path: For messages.
    /// - Throws: `DataError` when zlib refuses.
    init(_ wrapping: Wrapping, path: String) throws(DataError) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        guard
            inflateInit2_(stream, wrapping.rawValue, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else {
            throw DataError(.unreadable, in: path, "zlib cannot start", expected: "a working zlib")
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// Begins with new data; false when zlib refuses.
    func reset() -> Bool { inflateReset(stream) == Z_OK }

    /// Inflates as much of the bytes at `pending` as there is room for, and takes what was used off `pending`.
    func inflate(
        _ bytes: AlignedBuffer<UInt8>, _ pending: inout Range<Int>, into target: UnsafeMutableBufferPointer<UInt8>
    ) -> (filled: Int, outcome: Outcome) {
        let output = min(target.count, Self.largestPiece)
        stream.pointee.next_in = UnsafeMutableBufferPointer(rebasing: bytes.elements[pending]).baseAddress
        stream.pointee.avail_in = UInt32(pending.count)
        stream.pointee.next_out = target.baseAddress
        stream.pointee.avail_out = UInt32(output)
        let status = CZlib.inflate(stream, Z_NO_FLUSH)
        pending = (pending.upperBound - Int(stream.pointee.avail_in))..<pending.upperBound
        let filled = output - Int(stream.pointee.avail_out)
        switch status {
        case Z_OK: return (filled, .open)
        case Z_STREAM_END: return (filled, .complete)
        case Z_BUF_ERROR: return (filled, .starved)
        default:
            return (filled, .corrupt(reason: stream.pointee.msg.map { String(cString: $0) } ?? "code \(status)"))
        }
    }
}
