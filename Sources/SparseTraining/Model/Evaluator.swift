internal import SparseData
internal import SparseModels
internal import SparseStore

/// Measures the network on samples that it does not train on.
final class Evaluator {
    private let loader: BatchLoader
    private let order: SampleOrder
    private var batch: Batch

    /// - Parameter training: The loader of the training batches, whose size and scaling hold here too.
    convenience init(_ subset: Subset, like training: BatchLoader, shape: SampleShape, halos: [Int]) {
        self.init(subset, batchSize: training.batchSize, scaling: training.scaling, shape: shape, halos: halos)
    }

    init(_ subset: Subset, batchSize: Int, scaling: FeatureScaling, shape: SampleShape, halos: [Int]) {
        loader = BatchLoader(subset, batchSize: batchSize, scaling: scaling)
        order = SampleOrder(subset)
        batch = loader.makeBatch(shape: shape, halos: halos)
    }

    /// Sums over all samples, in batches.
    /// - Parameter each: Is given the outputs for each batch, and the batch.
    func evaluate(
        _ network: Network, loss: any Loss, metrics: [any Metric], each: ((Panels, Batch) -> Void)? = nil
    ) -> MetricSums {
        // Batch by batch, so that their sums add up as those of training do.
        var (sums, ofBatch) = (MetricSums(), MetricSums())
        for index in 0..<(loader.sampleCount == 0 ? 0 : loader.batchCount) {
            loader.load(index, of: order, into: &batch)
            ofBatch.reset()
            network.evaluate(
                batch.inputs, targets: batch.targets, samples: batch.count, loss: loss, metrics: metrics,
                into: &ofBatch)
            sums += ofBatch
            each?(network.output, batch)
        }
        return sums
    }
}
