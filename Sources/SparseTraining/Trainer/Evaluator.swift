internal import SparseData
internal import SparseModels
internal import SparseStore

/// Measures the network on samples that it does not train on.
final class Evaluator {
    private let loader: BatchLoader
    private let order: SampleOrder
    private var batch: Batch

    /// - Parameter training: The loader of the training batches, whose size and scaling hold here too.
    convenience init(_ subset: Subset, like training: BatchLoader, shape: SampleShape, halo: Int) {
        self.init(subset, batchSize: training.batchSize, scaling: training.scaling, shape: shape, halo: halo)
    }

    init(_ subset: Subset, batchSize: Int, scaling: FeatureScaling, shape: SampleShape, halo: Int) {
        loader = BatchLoader(subset, batchSize: batchSize, scaling: scaling)
        order = SampleOrder(subset)
        batch = loader.makeBatch(shape: shape, halo: halo)
    }

    /// Sums over all samples, in batches.
    func evaluate(_ network: Network, loss: any Loss) -> LossSum {
        var sum = LossSum()
        for index in 0..<(loader.sampleCount == 0 ? 0 : loader.batchCount) {
            loader.load(index, of: order, into: &batch)
            sum += network.evaluate(batch.input, labels: batch.labels, samples: batch.count, loss: loss)
        }
        return sum
    }
}
