public import SparseStore

/// Samples: what a network reads of each, and what it is to make of it. Training needs no more than this: targets, and panels
/// filled from raw values. `ImageDataset` and `InMemoryDataset` are the data sets of this package; other sources of data
/// conform too. Most have one input and classes, and implement `label` and `assemble`; the rest has defaults.
public protocol Dataset: Sendable {
    /// Short name for messages, such as a file's or folder's.
    var name: String { get }
    /// Samples.
    var count: Int { get }
    /// Shape of the first input of each; 1 for a token.
    var shape: SampleShape { get }
    /// What a network reads of each sample: one input of numbers unless it says otherwise. The first is standardised; the
    /// numbers of others are handed on as they are.
    var inputs: [SampleInput] { get }
    /// What is to be made of each sample: a class, numbers, the next token, or nothing.
    var targets: TargetKind { get }
    /// For tokens in a row: how a network reads them, window by window. A sample is then a place among them: its token, and as
    /// its label the token that follows, or a negative number where nothing is to be found. The samples of a `Subset` are where
    /// windows begin. Nil: a sample stands alone.
    var sequence: SequenceShape? { get }
    /// What tokens stand for.
    var vocabulary: Vocabulary? { get }
    /// What the classes are called, in the order of the labels; or the numbers.
    var classNames: [String]? { get }
    /// Raw value that counts as 1: 255 for image bytes. Means and deviations of `Standardization` are in units of it.
    var fullScale: Float { get }
    /// The standardisation to use unless told otherwise.
    var preferredStandardization: Standardization { get }
    /// How many samples that lie next to each other are best read together: data that may be larger than memory are shuffled in blocks of
    /// so many. Nil: any order is as good as another.
    var blockSamples: Int? { get }
    /// What a feature is called in messages: a column of a file, say.
    func featureName(_ feature: Int) -> String
    /// The columns of the table that the samples came from; nil for samples that came from none.
    var columns: TableColumns? { get }
    /// The class of a sample, below the number of classes.
    func label(of sample: Int) -> Int
    /// One of a sample's target numbers.
    func number(_ index: Int, of sample: Int) -> Float
    /// The token that an input of tokens has for a sample.
    func token(of sample: Int, input: Int) -> Int
    /// Fills one panel of a batch: lane l takes the scaled raw values of sample `samples[32 panel + l]`; lanes past
    /// `count` (samples in the batch) become zero. Allocates nothing; calls for different panels may run at the same
    /// time.
    func assemble(
        panel: Int, samples: AlignedBuffer<Int>, count: Int, into panels: Panels, scaling: FeatureScaling)
    /// The same for an input of numbers after the first, as they are.
    func assemble(input: Int, panel: Int, samples: AlignedBuffer<Int>, count: Int, into panels: Panels)
}

/// What a network reads of a sample.
public enum SampleInput: Sendable, Equatable {
    /// Numbers of this shape.
    case values(SampleShape)
    /// The id of a token, in 0 ..< vocabulary.
    case tokens(vocabulary: Int)
}

extension Dataset {
    public var inputs: [SampleInput] { [.values(shape)] }
    public var classNames: [String]? { nil }
    public var sequence: SequenceShape? { nil }
    public var vocabulary: Vocabulary? { nil }
    /// Number of classes; 0 for targets of another kind.
    public var classes: Int { if case .classes(let classes) = targets { classes } else { 0 } }
    public func label(of sample: Int) -> Int { preconditionFailure("\(name) has classes, but no labels") }
    public func number(_ index: Int, of sample: Int) -> Float {
        preconditionFailure("\(name) has numbers as targets, but gives none")
    }
    public func token(of sample: Int, input: Int) -> Int {
        preconditionFailure("\(name) has tokens, but gives none")
    }
    public func assemble(input: Int, panel: Int, samples: AlignedBuffer<Int>, count: Int, into panels: Panels) {
        preconditionFailure("\(name) has several inputs, but gives one")
    }
    public var fullScale: Float { 1 }
    public var blockSamples: Int? { nil }
    public func featureName(_ feature: Int) -> String { "feature \(feature + 1)" }
    public var columns: TableColumns? { nil }
}
