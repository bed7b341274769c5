/// One input of a batch.
public enum BatchInput: Sendable {
    /// Numbers: the maps or features of each sample.
    case values(Panels)
    /// The id of a token for each sample, in 0 ..< the size of the vocabulary; -1 past the last sample.
    case tokens(AlignedBuffer<Int32>)

    /// Samples that there is room for.
    public var capacity: Int {
        switch self {
        case .values(let panels): panels.capacity
        case .tokens(let ids): ids.count
        }
    }
}

/// What the outputs of a batch are compared with.
public enum Targets: Sendable {
    /// One class for each sample, in 0 ..< classes.
    case classes(AlignedBuffer<Int32>)
    /// The token to be found in each lane, in 0 ..< vocabulary, or a negative number where nothing is: such lanes count nowhere.
    /// `counted` lanes of the batch have a token: means are over those.
    case tokens(AlignedBuffer<Int32>, counted: Int)
    /// As many numbers for each sample as the panels have channels.
    case numbers(Panels)
    /// Nothing: the loss knows what the outputs should be.
    case none

    /// What means are taken over, of a batch with so many samples.
    package func counted(of samples: Int) -> Int { if case .tokens(_, let counted) = self { counted } else { samples } }
}

/// The kind of targets that samples have.
public enum TargetKind: Sendable, Equatable, CustomStringConvertible {
    /// One of so many classes.
    case classes(Int)
    /// The token that comes next in a sequence, one of so many.
    case tokens(Int)
    /// So many numbers.
    case numbers(Int)
    /// So many labels, each of which is true (1) or not (0); batches have them as numbers.
    case labels(Int)
    /// The sample's own first input, of so many numbers, as the network reads it but for noise; batches have it as numbers.
    case inputs(Int)
    /// Nothing: predictions only.
    case none

    /// True when the next token is to be found.
    package var areTokens: Bool { if case .tokens = self { true } else { false } }

    /// True when the network is to give its inputs again.
    package var areInputs: Bool { if case .inputs = self { true } else { false } }

    public var description: String {
        switch self {
        case .classes(let count): "\(count) classes"
        case .tokens(let count): "the next of \(count) tokens"
        case .numbers(let count): "\(count) target numbers"
        case .labels(let count): "\(count) labels"
        case .inputs(let count): "\(count) inputs to give again"
        case .none: "no targets"
        }
    }
}
