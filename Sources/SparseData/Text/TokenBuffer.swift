public import SparseStore

/// The tokens of a text in memory, or in a file that is mapped: as many bytes for each as the vocabulary needs.
public enum TokenBuffer: Sendable {
    /// Ids below 2^8.
    case bytes(AlignedBuffer<UInt8>)
    /// Ids below 2^16, little endian as files have them.
    case words(AlignedBuffer<UInt16>)
    /// Larger ids.
    case longWords(AlignedBuffer<UInt32>)

    /// Room for tokens of a vocabulary of this size.
    init(count: Int, vocabulary: Int) {
        if vocabulary <= 1 << 8 {
            self = .bytes(AlignedBuffer(count: count))
        } else if vocabulary <= 1 << 16 {
            self = .words(AlignedBuffer(count: count))
        } else {
            self = .longWords(AlignedBuffer(count: count))
        }
    }

    /// Bytes of a token of such a vocabulary.
    static func byteCount(vocabulary: Int) -> Int { vocabulary <= 1 << 8 ? 1 : vocabulary <= 1 << 16 ? 2 : 4 }

    /// Tokens.
    public var count: Int {
        switch self {
        case .bytes(let tokens): tokens.count
        case .words(let tokens): tokens.count
        case .longWords(let tokens): tokens.count
        }
    }

    /// The id of a token. Checked.
    public subscript(_ place: Int) -> Int {
        switch self {
        case .bytes(let tokens): Int(tokens[place])
        case .words(let tokens): Int(UInt16(littleEndian: tokens[place]))
        case .longWords(let tokens): Int(tokens[place])
        }
    }

    /// Writes an id that there is room for.
    func set(_ place: Int, to token: Int) {
        switch self {
        case .bytes(let tokens): tokens[place] = UInt8(truncatingIfNeeded: token)
        case .words(let tokens): tokens[place] = UInt16(truncatingIfNeeded: token).littleEndian
        case .longWords(let tokens): tokens[place] = UInt32(truncatingIfNeeded: token)
        }
    }
}
