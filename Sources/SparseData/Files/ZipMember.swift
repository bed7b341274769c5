internal import CZlib
package import SparseStore

/// Reads the content of one member of a zip file, from its beginning to its end, into memory that the caller has sized. When
/// the last byte has been read, length and check sum have been verified.
package final class ZipMember {
    private let archive: ZipArchive
    private let entry: ZipArchive.Entry
    /// Nil for a member that is stored as it is.
    private let inflater: Inflater?
    /// Some stored bytes, those of them that are not used yet, and where in the file the next ones are.
    private let piece: AlignedBuffer<UInt8>
    private var pending = 0..<0
    private var position: Int
    private let end: Int
    private var checksum: UInt = 0
    private var streamEnded = false
    /// Bytes read so far, and of all.
    package private(set) var produced = 0
    /// Bytes of the member when unpacked, as the archive says.
    package var count: Int { entry.count }

    init(_ entry: ZipArchive.Entry, of archive: ZipArchive, start: Int) throws(DataError) {
        self.archive = archive
        self.entry = entry
        (position, end) = (start, start + entry.storedCount)
        piece = AlignedBuffer(count: min(1 << 16, entry.storedCount))
        inflater = try entry.isDeflated ? Inflater(.none, path: archive.path) : nil
    }

    /// Fills the first `count` bytes of `buffer` with those that come next.
    /// - Throws: `DataError` when there are fewer, or they are damaged.
    package func read(_ count: Int, into buffer: AlignedBuffer<UInt8>) throws(DataError) {
        precondition(count >= 0 && count <= buffer.count)
        guard count <= entry.count - produced else {
            throw damaged("it has \(entry.count) bytes, where more belong")
        }
        var filled = 0
        while filled < count {
            if pending.isEmpty { try readPiece() }
            let target = UnsafeMutableBufferPointer(rebasing: buffer.elements[filled..<count])
            let read =
                try inflater.map { inflater throws(DataError) in try inflate(inflater, into: target) }
                ?? copy(into: target)
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
        _ inflater: Inflater, into target: UnsafeMutableBufferPointer<UInt8>
    ) throws(DataError) -> Int {
        let (filled, outcome) = inflater.inflate(piece, &pending, into: target)
        switch outcome {
        case .open: break
        case .complete: streamEnded = true
        case .starved, .corrupt: throw damaged("its compressed data is corrupt")
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
