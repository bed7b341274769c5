public import SparseStore

/// Samples with class labels. What a network trains on needs no more than this: labels, and panels filled from raw
/// values. `ImageDataset` and `InMemoryDataset` are the data sets of this package; other sources of data conform too.
public protocol Dataset: Sendable {
    /// Short name for messages, such as a file's or folder's.
    var name: String { get }
    /// Samples.
    var count: Int { get }
    /// Shape of each.
    var shape: SampleShape { get }
    /// Number of classes; labels are in 0 ..< classes.
    var classes: Int { get }
    /// What the classes are called, in the order of the labels.
    var classNames: [String]? { get }
    /// Raw value that counts as 1: 255 for image bytes. Means and deviations of `Standardization` are in units of it.
    var fullScale: Float { get }
    /// The standardisation to use unless told otherwise.
    var preferredStandardization: Standardization { get }
    /// What a feature is called in messages: a column of a file, say.
    func featureName(_ feature: Int) -> String
    /// The class of a sample.
    func label(of sample: Int) -> Int
    /// Fills one panel of a batch: lane l takes the scaled raw values of sample `samples[32 panel + l]`; lanes past
    /// `count` (samples in the batch) become zero. Allocates nothing; calls for different panels may run at the same
    /// time.
    func assemble(
        panel: Int, samples: AlignedBuffer<Int>, count: Int, into panels: Panels, scaling: FeatureScaling)
}

extension Dataset {
    public var classNames: [String]? { nil }
    public var fullScale: Float { 1 }
    public func featureName(_ feature: Int) -> String { "feature \(feature + 1)" }
}
