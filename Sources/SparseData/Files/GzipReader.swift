internal import SparseStore

/// Inflates gzip piece by piece, into memory that the caller has sized: a file never decides how much is allocated.
/// Several members one after the other are one content, as for gzip itself. Check sums and lengths are verified.
final class GzipReader: ContentReader {
    /// The first two bytes.
    static let magic: [UInt8] = [0x1F, 0x8B]
    private let file: DataFile
    private let inflater: Inflater
    /// Some compressed bytes, those of them that are not used yet, and where in the file the next ones are.
    private let piece: AlignedBuffer<UInt8>
    private var pending = 0..<0
    private var position = 0
    private var produced = 0
    private var memberEnded = false

    init(_ file: DataFile) throws(DataError) {
        self.file = file
        piece = AlignedBuffer(count: min(1 << 16, file.storedCount))
        inflater = try Inflater(.gzip, path: file.path)
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
        let (filled, outcome) = inflater.inflate(piece, &pending, into: target)
        switch outcome {
        case .open: break
        case .complete: memberEnded = true
        case .starved:
            throw DataError(
                .truncated, in: file.path, at: .offset(produced + filled), "the compressed data ends here",
                expected: "a complete gzip file")
        case .corrupt(let reason):
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
        guard !isPadded, piece[pending.lowerBound] == GzipReader.magic[0], inflater.reset() else {
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
