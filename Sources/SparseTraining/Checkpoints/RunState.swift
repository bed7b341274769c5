internal import SparseModels
internal import SparsePolicies
internal import SparseStore

/// Where a run is: with the network's arrays, all that it needs to go on as if it had never stopped.
struct RunState: Codable {
    /// Weight updates done, and the latest of them that a topology update followed.
    var step: Int
    var lastTopologyStep: Int
    var topologyUpdates: Int
    /// Updates that the optimiser counts.
    var optimizerUpdates: Int
    /// Epochs that are over, and batches used in all: the place in the order of the data.
    var epochs: Int
    var batches: Int
    /// Of the epoch that is not over.
    var epochSum: Sum
    var trainingSamples: Int
    var flops: FlopsMeter
    /// The topology update that is decided and not made yet, if there is one.
    var update: Update?
    /// What the method keeps from update to update.
    var method: [String: Double]
    /// Batches kept for a topology update to come.
    var history: [HistoryBatch]
    var bestValidationAccuracy: Double?
    /// Accuracy of the best checkpoint.
    var bestAccuracy: Double?
    /// The last epoch's record, without times.
    var lastEpoch: EpochRecord?
    /// What was warned of; nil in checkpoints of older releases.
    var warnings: [String]?
    /// Lines of `metrics.jsonl`.
    var metricsLines: Int
    var data: Data

    /// Losses and metrics of some samples.
    struct Sum: Codable {
        var loss: Double
        var samples: Int
        /// Sums of the metrics.
        var sums: [Double]?
        /// Of a release that had only one metric: how many samples were right.
        var top1: Int?
    }

    /// Size and weight of a batch whose activations are in the file.
    struct HistoryBatch: Codable {
        var samples: Int
        var scale: Float
    }

    /// What tells one data set from another.
    struct Data: Codable, Equatable {
        var training: Int
        var validation: Int
        var test: Int
        var batchesPerEpoch: Int
        /// Hash of labels and inputs; older checkpoints have none.
        var fingerprint: String?
    }
}

extension RunState.Data {
    /// True unless only what the samples are can tell the two apart.
    func sizesDiffer(from other: RunState.Data) -> Bool {
        (training, validation, test, batchesPerEpoch)
            != (other.training, other.validation, other.test, other.batchesPerEpoch)
    }
}

extension RunState.Sum {
    init(_ sums: MetricSums) { self.init(loss: sums.loss, samples: sums.samples, sums: sums.sums) }

    var metricSums: MetricSums {
        MetricSums(loss: loss, samples: samples, sums: samples == 0 ? [] : sums ?? top1.map { [Double($0)] } ?? [])
    }
}
