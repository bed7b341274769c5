/// What a run came to: the content of `summary.json` and of the command's `--json`. The keys are a promise to scripts;
/// a value that a run does not have is written as null.
public struct TrainingSummary: Codable, Sendable, Equatable {
    /// The method's name; of a program's own method, model or data the name that it gave them.
    public var algorithm: String
    public var model: String
    public var data: String
    public var seed: UInt64
    public var threads: Int
    /// Epochs begun.
    public var epochs: Int
    /// Weight updates done.
    public var steps: Int
    public var batchSize: Int
    /// Stored weights over positions, all layers together.
    public var density: Double
    /// Stored weights of all layers.
    public var nonzeros: Int
    /// Weights stored and trained; only for a method whose forward pass uses a part of them, which the other numbers count.
    public var backwardNonzeros: Int?
    /// Everything trained: stored weights, biases, norm scales and shifts.
    public var parameters: Int
    /// What the same network has with every weight stored.
    public var denseParameters: Int
    /// After the last step, as a fraction; likewise below. Null without test samples.
    @WrittenNull public var testAccuracy: Double?
    /// Whether the class is among the five likeliest; null where there are no more than four, too.
    @WrittenNull public var testTop5: Double?
    @WrittenNull public var testLoss: Double?
    /// Mean loss of the batches of the last epoch.
    public var trainLoss: Double
    /// Best of all epochs that ended with the density asked for; null without a validation split, and when none did.
    @WrittenNull public var bestValidationAccuracy: Double?
    /// Wall time of the run, evaluations included.
    public var seconds: Double
    /// Training samples over the time of training alone.
    public var samplesPerSecond: Double
    /// Largest resident size of the process, in bytes.
    public var peakRSSBytes: Int
    public var topologyUpdates: Int
    public var topologySeconds: Double
    /// Part of all positions that were stored at any time (counted on a fixed sample of positions in large layers).
    public var exploredFraction: Double
    /// FLOPs of the run's training steps over those of dense training on as many samples.
    public var trainFLOPsRatio: Double
    /// True when a cancellation ended the run before its last step.
    public var interrupted = false
    /// What the run warned of, in words.
    public var warnings: [String] = []
    public var layers: [Layer]

    /// One layer's weights at the end of the run.
    public struct Layer: Codable, Sendable, Equatable {
        public var name: String
        /// Outputs and inputs.
        public var shape: [Int]
        public var density: Double
        public var nonzeros: Int
        /// How the weights are stored: csr, block4, ..., dense. Not among the keys of the JSON, which are fixed.
        public var format = "csr"

        enum CodingKeys: String, CodingKey {
            case name, shape, density, nonzeros
        }
    }

    enum CodingKeys: String, CodingKey {
        case algorithm = "algo"
        case model, data, seed, threads, epochs, steps
        case batchSize = "batch_size"
        case density, nonzeros, parameters
        case backwardNonzeros = "backward_nonzeros"
        case denseParameters = "dense_parameters"
        case testAccuracy = "test_accuracy"
        case testTop5 = "test_top5"
        case testLoss = "test_loss"
        case trainLoss = "train_loss"
        case bestValidationAccuracy = "best_validation_accuracy"
        case seconds
        case samplesPerSecond = "samples_per_second"
        case peakRSSBytes = "peak_rss_bytes"
        case topologyUpdates = "topology_updates"
        case topologySeconds = "topology_seconds"
        case exploredFraction = "explored_fraction"
        case trainFLOPsRatio = "train_flops_ratio"
        case interrupted, warnings, layers
    }
}
