internal import SparseParts
internal import SparseStore

/// Each byte is a token, whatever the text is written in.
struct ByteTokenizer: Tokenizer {
    /// The entry of `Parts.tokenizers`.
    static let entry = Registry<any Tokenizer>.Entry("bytes", "the 256 bytes", ByteTokenizer())

    func tokens(
        of text: AlignedBuffer<UInt8>, in file: String, known: Vocabulary?, limit: Int
    ) throws(DataError) -> (tokens: TokenBuffer, vocabulary: Vocabulary) {
        guard known == nil || known == .bytes else {
            throw DataError(
                .invalidOption, in: file, "--tokenizer bytes for a network of \(known?.description ?? "")",
                expected: "the tokens that it was trained on")
        }
        return (.bytes(text), .bytes)
    }
}
