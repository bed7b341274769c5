internal import CZlib
public import SparseStore

/// Reads the content of one member of a zip file, from its beginning to its end, into memory that the caller has sized. When
/// the last byte has been read, length and check sum have been verified.
public final class ZipMember {
    private let archive: ZipArchive
    private let entry: ZipArchive.Entry
    /// At a fixed address, which zlib remembers; nil for a member that is stored as it is.
    private let stream: UnsafeMutablePointer<z_stream>?
    /// Some stored bytes, those of them that are not used yet, and where in the file the next ones are.
    private let piece: AlignedBuffer<UInt8>
    private var pending = 0..<0
    private var position: Int
    private let end: Int
    private var checksum: UInt = 0
    private var streamEnded = false
    /// Bytes read so far, and of all.
    public private(set) var produced = 0
    /// Bytes of the member when unpacked, as the archive says.
    public var count: Int { entry.count }

    init(_ entry: ZipArchive.Entry, of archive: ZipArchive, start: Int) throws(DataError) {
        self.archive = archive
        self.entry = entry
        (position, end) = (start, start + entry.storedCount)
        piece = AlignedBuffer(count: min(1 << 16, entry.storedCount))
        guard entry.isDeflated else {
            stream = nil
            return
        }
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // A window of 15 bits, without a header.
        guard inflateInit2_(stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            stream.deallocate()
            throw DataError(.unreadable, in: archive.path, "zlib cannot start", expected: "a working zlib")
        }
        self.stream = stream
    }

    deinit {
        if let stream {
            inflateEnd(stream)
            stream.deallocate()
        }
    }

    /// Fills the first `count` bytes of `buffer` with those that come next.
    /// - Throws: `DataError` when there are fewer, or they are damaged.
    public func read(_ count: Int, into buffer: AlignedBuffer<UInt8>) throws(DataError) {
        precondition(count >= 0 && count <= buffer.count)
        guard count <= entry.count - produced else {
            throw damaged("it has \(entry.count) bytes, where more belong")
        }
        var filled = 0
        while filled < count {
            if pending.isEmpty { try readPiece() }
            let target = UnsafeMutableBufferPointer(rebasing: buffer.elements[filled..<count])
            let read =
                try stream.map { stream throws(DataError) in try inflate(stream, into: target) } ?? copy(into: target)
            guard read > 0 || !streamEnded else { throw damaged("its compressed data ends early") }
            checksum = crc32(checksum, target.baseAddress, UInt32(read))
            filled += read
        }
        produced += count
        if produced == entry.count { try checkEnd() }
    }

    private func copy(into target: UnsafeMutableBufferPointer<UInt8>) -> Int {
        let count = min(target.count, pending.count, 1 << 30)
        _ = target.update(fromContentsOf: piece.elements[pending.prefix(count)])
        pending = pending.dropFirst(count)
        return count
    }

    private func inflate(
        _ stream: UnsafeMutablePointer<z_stream>, into target: UnsafeMutableBufferPointer<UInt8>
    ) throws(DataError) -> Int {
        let output = min(target.count, 1 << 30)
        stream.pointee.next_in = UnsafeMutableBufferPointer(rebasing: piece.elements[pending]).baseAddress
        stream.pointee.avail_in = UInt32(pending.count)
        stream.pointee.next_out = target.baseAddress
        stream.pointee.avail_out = UInt32(output)
        let status = CZlib.inflate(stream, Z_NO_FLUSH)
        pending = (pending.upperBound - Int(stream.pointee.avail_in))..<pending.upperBound
        let filled = output - Int(stream.pointee.avail_out)
        switch status {
        case Z_OK: break
        case Z_STREAM_END: streamEnded = true
        default: throw damaged("its compressed data is corrupt")
        }
        return filled
    }

    private func readPiece() throws(DataError) {
        let count = min(piece.count, end - position)
        guard count > 0 else { throw damaged("its compressed data ends early") }
        do throws(StoredBytes.Failure) { try archive.file.read(count, at: position, into: piece) } catch {
            throw DataError(.unreadable, in: archive.path, "cannot be read (\(error))", expected: "a readable file")
        }
        position += count
        pending = 0..<count
    }

    /// The content is complete: nothing may follow, and the check sum must be that of the directory.
    private func checkEnd() throws(DataError) {
        guard UInt32(truncatingIfNeeded: checksum) == entry.checksum else { throw damaged("its check sum is another") }
    }

    private func damaged(_ reason: String) -> DataError {
        ZipArchive.malformed(archive.path, "member '\(entry.name)': \(reason)")
    }
}
