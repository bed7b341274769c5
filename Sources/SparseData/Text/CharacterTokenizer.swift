internal import SparseParts
internal import SparseStore

/// Each Unicode scalar is a token; the vocabulary is all that the text has, in ascending order.
struct CharacterTokenizer: Tokenizer {
    /// The entry of `Parts.tokenizers`.
    static let entry = Registry<any Tokenizer>.Entry(
        "characters", "the different characters of a text in UTF-8", CharacterTokenizer())

    /// Scalars that there can be.
    private static let scalars = 0x11_0000

    func tokens(
        of text: AlignedBuffer<UInt8>, in file: String, known: Vocabulary?, limit: Int
    ) throws(DataError) -> (tokens: TokenBuffer, vocabulary: Vocabulary) {
        var isThere = [Bool](repeating: false, count: Self.scalars)
        var (scalars, count) = (UTF8Scalars(text), 0)
        while let scalar = scalars.next() {
            isThere[Int(scalar)] = true
            count += 1
        }
        guard scalars.isAtEnd else { throw scalars.fault(in: file) }
        let vocabulary: Vocabulary
        if let known {
            guard known.ids != nil else {
                throw DataError(
                    .invalidOption, in: file, "--tokenizer characters for a network of \(known.description)",
                    expected: "the tokens that it was trained on")
            }
            vocabulary = known
        } else {
            vocabulary = Vocabulary(
                characters: isThere.indices.filter { isThere[$0] }.compactMap { Unicode.Scalar(UInt32($0)) })
        }
        guard count <= limit / TokenBuffer.byteCount(vocabulary: vocabulary.count) else {
            throw DataError(
                .tooLarge, in: file, "\(count) tokens", expected: "at most \(limit) bytes of them in memory (--memory)")
        }
        var ids = [Int32](repeating: -1, count: Self.scalars)
        for (scalar, id) in vocabulary.ids ?? [:] { ids[Int(scalar)] = Int32(id) }
        let tokens = TokenBuffer(count: count, vocabulary: vocabulary.count)
        scalars = UTF8Scalars(text)
        var (place, offset) = (0, 0)
        while let scalar = scalars.next() {
            let id = ids[Int(scalar)]
            guard id >= 0 else {
                throw vocabulary.unknown(Unicode.Scalar(scalar) ?? "?", at: offset, in: file)
            }
            tokens.set(place, to: Int(id))
            (place, offset) = (place + 1, scalars.offset)
        }
        return (tokens, vocabulary)
    }
}
