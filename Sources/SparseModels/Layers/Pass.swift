internal import SparseStore

/// What all layers are told of one pass of a batch.
public struct Pass: Sendable {
    /// True while training: dropout drops and batch normalisation uses the batch's own statistics.
    public var training: Bool
    /// Samples in the batch.
    public var samples: Int
    /// Number of the training step, and the run's seed: with the layer's place they key its random numbers.
    public var step: Int
    public var seed: UInt64

    public init(training: Bool, samples: Int, step: Int = 0, seed: UInt64 = 0) {
        precondition(samples > 0, "a batch has samples")
        self.training = training
        self.samples = samples
        self.step = step
        self.seed = seed
    }

    /// The panels that hold the samples.
    public var panels: Range<Int> { 0..<Panels.count(samples) }
}
