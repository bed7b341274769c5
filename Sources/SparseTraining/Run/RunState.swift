internal import SparseModels
internal import SparsePolicies

/// Where a run is. The training loop owns this one value; a checkpoint holds it, beside the arrays of network and method; going
/// on puts it back, and rolling back a part of it. Whatever a run counts is a field here and nowhere else.
struct RunState: Equatable {
    /// Weight updates done, and how many of them were when the latest topology update was decided.
    var step = 0
    var lastTopologyStep = 0
    /// Topology updates made.
    var topologyUpdates = 0
    /// Epochs that are over, and batches used, those of topology updates included: the place in the order of the data.
    var epochs = 0
    var batches = 0
    /// Of the epoch that is not over.
    var epochSum = MetricSums()
    /// Training samples of the epochs before.
    var trainingSamples = 0
    var flops = FlopsMeter()
    /// Best value of the metric that "best" means, of the epochs that ended with the density asked for; and of those with a
    /// checkpoint.
    var bestValidation: Double?
    var bestOfCheckpoints: Double?
    /// The epoch of `bestValidation`, from 1.
    var bestEpoch: Int?
    /// Record of the last epoch that is over.
    var lastEpoch: EpochRecord?
    /// What was warned of, in the order of the warnings.
    var warnings: [String] = []
    /// How far the files go that observers write (`WritingObserver`), by the names of their cursors.
    var cursors: [String: Int] = [:]
    /// The one of the run folder, which counts lines of `metrics.jsonl`.
    static let metricsCursor = "metrics"
    /// Not among the keys: what differs from run to run is at the end of a checkpoint.
    var times = Times()

    /// In seconds.
    struct Times: Equatable {
        /// Wall time of the run.
        var run = 0.0
        /// Of training alone: of the epochs that are over, and of the one that is not.
        var training = 0.0
        var epoch = 0.0
        /// Of deciding on and making topology updates.
        var topology = 0.0
    }

    /// After a number that was not finite: what the weights have been through is that of the checkpoint they come from. The
    /// order of the data, the accounts and the files go on from here, for the same batches would end the same way.
    mutating func rollBack(to checkpoint: RunState) {
        (step, lastTopologyStep) = (checkpoint.step, checkpoint.lastTopologyStep)
    }
}

extension RunState: Codable {
    private enum Keys: String, CodingKey {
        case step, lastTopologyStep, topologyUpdates, epochs, batches, epochSum, trainingSamples, flops
        case bestValidation = "bestValidationAccuracy"
        case bestOfCheckpoints = "bestAccuracy"
        case bestEpoch, lastEpoch, warnings, cursors
        /// Of releases that had one file and one cursor.
        case metricsLines
    }

    /// Losses and metrics of some samples.
    private struct Sum: Codable {
        var loss: Double
        var samples: Int
        /// Sums of the metrics.
        var sums: [Double]?
        /// Of a release that had only one metric: how many samples were right.
        var top1: Int?
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Keys.self)
        step = try values.decode(Int.self, forKey: .step)
        lastTopologyStep = try values.decode(Int.self, forKey: .lastTopologyStep)
        topologyUpdates = try values.decode(Int.self, forKey: .topologyUpdates)
        epochs = try values.decode(Int.self, forKey: .epochs)
        batches = try values.decode(Int.self, forKey: .batches)
        let sum = try values.decode(Sum.self, forKey: .epochSum)
        epochSum = MetricSums(
            loss: sum.loss, samples: sum.samples,
            sums: sum.samples == 0 ? [] : sum.sums ?? sum.top1.map { [Double($0)] } ?? [])
        trainingSamples = try values.decode(Int.self, forKey: .trainingSamples)
        flops = try values.decode(FlopsMeter.self, forKey: .flops)
        bestValidation = try values.decodeIfPresent(Double.self, forKey: .bestValidation)
        bestOfCheckpoints = try values.decodeIfPresent(Double.self, forKey: .bestOfCheckpoints)
        bestEpoch = try values.decodeIfPresent(Int.self, forKey: .bestEpoch)
        lastEpoch = try values.decodeIfPresent(EpochRecord.self, forKey: .lastEpoch)
        warnings = try values.decodeIfPresent([String].self, forKey: .warnings) ?? []
        if let all = try values.decodeIfPresent([String: Int].self, forKey: .cursors) {
            cursors = all
        } else {
            cursors = [Self.metricsCursor: try values.decode(Int.self, forKey: .metricsLines)]
        }
    }

    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Keys.self)
        try values.encode(step, forKey: .step)
        try values.encode(lastTopologyStep, forKey: .lastTopologyStep)
        try values.encode(topologyUpdates, forKey: .topologyUpdates)
        try values.encode(epochs, forKey: .epochs)
        try values.encode(batches, forKey: .batches)
        try values.encode(
            Sum(loss: epochSum.loss, samples: epochSum.samples, sums: epochSum.sums), forKey: .epochSum)
        try values.encode(trainingSamples, forKey: .trainingSamples)
        try values.encode(flops, forKey: .flops)
        try values.encodeIfPresent(bestValidation, forKey: .bestValidation)
        try values.encodeIfPresent(bestOfCheckpoints, forKey: .bestOfCheckpoints)
        try values.encodeIfPresent(bestEpoch, forKey: .bestEpoch)
        var last = lastEpoch
        last?.seconds = 0
        last?.samplesPerSecond = 0
        try values.encodeIfPresent(last, forKey: .lastEpoch)
        try values.encode(warnings, forKey: .warnings)
        try values.encode(cursors, forKey: .cursors)
    }
}
