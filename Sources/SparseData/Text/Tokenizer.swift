public import SparseParts
public import SparseStore

/// A way to cut a text into tokens.
public protocol Tokenizer: Sendable {
    /// Cuts a text.
    /// - Parameters:
    ///   - text: Its bytes.
    ///   - file: For messages.
    ///   - known: What the tokens of a network stand for that is to read it; nil: they follow from the text.
    ///   - limit: Bytes that the tokens may take in memory.
    /// - Throws: `DataError` for what cannot be cut, with its place.
    func tokens(
        of text: AlignedBuffer<UInt8>, in file: String, known: Vocabulary?, limit: Int
    ) throws(DataError) -> (tokens: TokenBuffer, vocabulary: Vocabulary)
}

extension Parts {
    /// The tokenizers known by name: a new one is a file beside this and a line here.
    public static let tokenizers = Registry<any Tokenizer>(
        "tokenizer", [CharacterTokenizer.entry, ByteTokenizer.entry])
}

extension Options {
    /// How a text is cut into tokens. Nil: what `data` names is read as what it is, and is no text.
    public var tokenizer: Option<String?> {
        Option(
            "tokenizer", .data, "NAME", .oneOf(Parts.tokenizers.names), inWords: "no text", carryOver: .refused,
            "read a file as a text, cut into tokens: its characters, or its bytes")
    }
}
