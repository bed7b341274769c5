public import SparseStore

/// Tokens in a row. A sample is a place among them: its token, and the token after it, which is to be found.
public struct TokenDataset: Dataset {
    public let name: String
    public let vocabulary: Vocabulary?
    public let sequence: SequenceShape?
    /// Number of different tokens.
    private let size: Int
    private let tokens: TokenBuffer
    /// Those of the tokens that belong to this data set.
    private let places: Range<Int>

    /// Tokens of a program's own.
    /// - Parameters:
    ///   - tokens: Their ids, from 0 to below the vocabulary's count; at least two.
    ///   - vocabulary: What they stand for.
    ///   - sequence: How a network reads them.
    ///   - name: What messages and files call it.
    /// - Throws: `DataError` for an id outside the vocabulary, or fewer tokens than a window and the token after it.
    public init(
        tokens: [Int], vocabulary: Vocabulary, sequence: SequenceShape, name: String = "memory"
    ) throws(DataError) {
        if let bad = tokens.firstIndex(where: { $0 < 0 || $0 >= vocabulary.count }) {
            throw DataError(
                .labelOutOfRange, in: name, at: .sample(bad), "token \(tokens[bad])",
                expected: "ids from 0 to \(vocabulary.count - 1)")
        }
        let buffer = TokenBuffer(count: tokens.count, vocabulary: vocabulary.count)
        for (place, token) in tokens.enumerated() { buffer.set(place, to: token) }
        try self.init(
            buffer, places: 0..<tokens.count, vocabulary: vocabulary, sequence: sequence, name: name, what: "")
    }

    /// Some of tokens that are known to be of the vocabulary.
    /// - Parameter what: What they are for, in messages: " to test".
    /// - Throws: `DataError` for fewer than a window and the token after it.
    init(
        _ tokens: TokenBuffer, places: Range<Int>, vocabulary: Vocabulary, sequence: SequenceShape, name: String,
        what: String
    ) throws(DataError) {
        guard places.count > sequence.length else {
            throw DataError(
                .inconsistent, in: name,
                "\(places.count) tokens\(what) are fewer than a window of \(sequence.length) and the token after it",
                expected: "at least \(sequence.length + 1): a longer text, or a smaller --context")
        }
        (self.tokens, self.places) = (tokens, places)
        (self.vocabulary, self.sequence, self.name) = (vocabulary, sequence, name)
        size = vocabulary.count
    }

    /// Places that have a token after them.
    public var count: Int { places.count - 1 }
    public var shape: SampleShape { SampleShape(channels: 1) }
    public var inputs: [SampleInput] { [.tokens(vocabulary: size)] }
    public var targets: TargetKind { .tokens(size) }
    public var preferredStandardization: Standardization { .none }
    public func label(of sample: Int) -> Int { tokens[places.lowerBound + sample + 1] }
    public func token(of sample: Int, input: Int) -> Int { tokens[places.lowerBound + sample] }
    public func assemble(
        panel: Int, samples: AlignedBuffer<Int>, count: Int, into panels: Panels, scaling: FeatureScaling
    ) {
        preconditionFailure("\(name) has tokens, and no numbers")
    }
}
