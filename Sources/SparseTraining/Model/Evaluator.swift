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
    /// - Parameters:
    ///   - processes: Share the batches, where there are several; the sums of each are added up in the order of the batches.
    ///   - each: Is given the outputs for each batch of this process, and the batch.
    func evaluate(
        _ network: Network, loss: any Loss, metrics: [any Metric], processes: Processes? = nil,
        each: ((Panels, Batch) -> Void)? = nil
    ) -> MetricSums {
        // Batch by batch, so that their sums add up as those of training do.
        let count = loader.sampleCount == 0 ? 0 : loader.batchCount
        guard let processes else {
            var sums = MetricSums()
            for index in 0..<count { sums += evaluate(index, network, loss, metrics, each) }
            return sums
        }
        let own = Part(processes.rank, of: processes.count).range(of: count)
        let width = MetricSums.count(of: metrics, outputs: network.model.output.channels)
        // As many for each process: the parts differ by one batch at most.
        let most = (count + processes.count - 1) / processes.count
        let all = processes.gather(count: most * width) { numbers in
            for (place, index) in own.enumerated() {
                evaluate(index, network, loss, metrics, each).write(
                    to: UnsafeMutableBufferPointer(rebasing: numbers[place * width..<(place + 1) * width]))
            }
        }
        var sums = MetricSums()
        for rank in 0..<processes.count {
            for place in 0..<Part(rank, of: processes.count).range(of: count).count {
                let first = (rank * most + place) * width
                sums += MetricSums(UnsafeMutableBufferPointer(rebasing: all[first..<first + width]))
            }
        }
        return sums
    }

    private func evaluate(
        _ index: Int, _ network: Network, _ loss: any Loss, _ metrics: [any Metric],
        _ each: ((Panels, Batch) -> Void)?
    ) -> MetricSums {
        var sums = MetricSums()
        loader.load(index, of: order, into: &batch)
        network.evaluate(
            batch.inputs, targets: batch.targets, samples: batch.count, loss: loss, metrics: metrics, into: &sums)
        each?(network.output, batch)
        return sums
    }
}
