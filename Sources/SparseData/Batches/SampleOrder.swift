internal import SparseStore

/// The order in which an epoch visits the samples. It depends on the samples, the seed and the epoch alone, so that a
/// resumed run finds any epoch's order again.
package struct SampleOrder: Sendable {
    /// Indices into the data set.
    package let samples: [Int]

    /// The stream of augmentation, if there is to be any.
    let augmentation: CounterRandom?

    /// The samples as they stand and as they are: for evaluation.
    package init(_ subset: Subset) {
        samples = subset.samples
        augmentation = nil
    }

    /// A permutation of the samples for one epoch.
    package init(_ subset: Subset, seed: UInt64, epoch: Int) {
        var random = CounterRandom(seed: seed, purpose: .shuffle, step: epoch)
        samples = shuffled(subset.samples, &random)
        augmentation = CounterRandom(seed: seed, purpose: .augmentation, step: epoch)
    }
}
