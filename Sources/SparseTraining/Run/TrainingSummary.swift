public import Foundation
public import SparseModels

/// What a run came to: the content of `summary.json` and of the command's `--json`. The keys are a promise to scripts;
/// a value that a run does not have is written as null.
public struct TrainingSummary: Codable, Sendable, Equatable {
    /// The method's name; of a program's own method, model or data the name that it gave them.
    public var method: String
    /// The model's name.
    public var model: String
    /// The data set's name, or its path.
    public var data: String
    /// Seed of all random numbers of the run.
    public var seed: UInt64
    /// Threads that it ran on.
    public var threads: Int
    /// Epochs begun.
    public var epochs: Int
    /// Weight updates done.
    public var steps: Int
    /// Samples of a batch.
    public var batchSize: Int
    /// Stored weights over positions, all layers together.
    public var density: Double
    /// Stored weights of all layers.
    public var nonzeros: Int
    /// Weights on a path of stored weights from the inputs to the output over positions: what of the density is of use; nil in summaries of
    /// older releases.
    public var effectiveDensity: Double?
    /// Weights stored and trained; only for a method whose forward pass uses a part of them, which the other numbers count.
    public var backwardNonzeros: Int?
    /// Everything trained: stored weights, biases, norm scales and shifts.
    public var parameters: Int
    /// What the same network has with every weight stored.
    public var denseParameters: Int
    /// Loss and metrics of the test samples after the last step: keys `test_accuracy`, `test_top5` (whether the class is among
    /// the five likeliest; null where there are no more than four), `test_loss`; null without test samples.
    public var test: Scores
    /// Mean loss of the batches of the last epoch; not a number, and null, of a run without steps.
    public var trainLoss: Double
    /// The metric that "best" means on validation samples: best of all epochs that ended with the density asked for, under a
    /// key such as `best_validation_accuracy`; null without a validation split, and when none did.
    public var bestValidation: Scores.Value
    /// Wall time of the run, evaluations included.
    public var seconds: Double
    /// Time of the epochs' batches, topology updates among them, without evaluations; nil in summaries of older releases.
    public var trainingSeconds: Double?
    /// Training samples over the time of training alone.
    public var samplesPerSecond: Double
    /// Largest resident size of the process, in bytes.
    public var peakRSSBytes: Int
    /// Updates of the topology done.
    public var topologyUpdates: Int
    /// Time of the updates of the topology, in seconds.
    public var topologySeconds: Double
    /// Part of all positions that were stored at any time (counted on a fixed sample of positions in large layers).
    public var exploredFraction: Double
    /// FLOPs of the run's training steps over those of dense training on as many samples.
    public var trainFLOPsRatio: Double
    /// True when a cancellation ended the run before its last step.
    public var interrupted: Bool
    /// The epoch whose network the run comes to, where that is not the last.
    public var resultEpoch: Int?
    /// What processes sent each other; nil of a run on one.
    public var communication: Communication?
    /// What the run warned of, in words.
    public var warnings: [String]
    /// Each layer with weights as it is at the end, in the model's order.
    public var layers: [Layer]

    init(
        method: String, model: String, data: String, seed: UInt64, threads: Int, epochs: Int, steps: Int,
        batchSize: Int, density: Double, nonzeros: Int, backwardNonzeros: Int?, parameters: Int, denseParameters: Int,
        test: Scores, trainLoss: Double, bestValidation: Scores.Value, seconds: Double, trainingSeconds: Double?,
        samplesPerSecond: Double,
        peakRSSBytes: Int, topologyUpdates: Int, topologySeconds: Double, exploredFraction: Double,
        trainFLOPsRatio: Double, interrupted: Bool, warnings: [String], layers: [Layer]
    ) {
        self.method = method
        self.model = model
        self.data = data
        self.seed = seed
        self.threads = threads
        self.epochs = epochs
        self.steps = steps
        self.batchSize = batchSize
        self.density = density
        self.nonzeros = nonzeros
        self.backwardNonzeros = backwardNonzeros
        self.parameters = parameters
        self.denseParameters = denseParameters
        self.test = test
        self.trainLoss = trainLoss
        self.bestValidation = bestValidation
        self.seconds = seconds
        self.trainingSeconds = trainingSeconds
        self.samplesPerSecond = samplesPerSecond
        self.peakRSSBytes = peakRSSBytes
        self.topologyUpdates = topologyUpdates
        self.topologySeconds = topologySeconds
        self.exploredFraction = exploredFraction
        self.trainFLOPsRatio = trainFLOPsRatio
        self.interrupted = interrupted
        self.warnings = warnings
        self.layers = layers
    }

    /// One layer's weights at the end of the run.
    public struct Layer: Codable, Sendable, Equatable {
        /// The name of the weights, such as "fc1".
        public var name: String
        /// Outputs and inputs.
        public var shape: [Int]
        /// Weights stored as a share of all positions.
        public var density: Double
        /// Weights stored.
        public var nonzeros: Int
        /// How the weights are stored: csr, block4, ..., dense. Not among the keys of the JSON, which are fixed.
        public var format = "csr"

        enum CodingKeys: String, CodingKey {
            case name, shape, density, nonzeros
        }
    }

    /// Share of the test samples that are right; nil where that is not measured.
    public var testAccuracy: Double? { test["accuracy"] }
    /// Share of the test samples whose class is among the five largest outputs; nil where that is not measured.
    public var testTop5: Double? { test["top5"] }
    /// Mean loss of a test sample; nil where there are none.
    public var testLoss: Double? { test.loss }
    /// Accuracy of the best epoch on the validation samples; nil where "best" means another metric.
    public var bestValidationAccuracy: Double? { bestValidation.name == "accuracy" ? bestValidation.value : nil }

    /// The keys that do not depend on the metrics.
    private enum Keys: String, CodingKey {
        case method = "algo"
        case model, data, seed, threads, epochs, steps
        case batchSize = "batch_size"
        case density, nonzeros, parameters
        case effectiveDensity = "effective_density"
        case backwardNonzeros = "backward_nonzeros"
        case denseParameters = "dense_parameters"
        case trainLoss = "train_loss"
        case seconds
        case trainingSeconds = "training_seconds"
        case samplesPerSecond = "samples_per_second"
        case peakRSSBytes = "peak_rss_bytes"
        case topologyUpdates = "topology_updates"
        case topologySeconds = "topology_seconds"
        case exploredFraction = "explored_fraction"
        case trainFLOPsRatio = "train_flops_ratio"
        case resultEpoch = "result_epoch"
        case interrupted, communication, warnings, layers
    }

    private static let test = "test_"
    private static let best = "best_validation_"

    public func encode(to encoder: any Encoder) throws {
        var metrics = encoder.container(keyedBy: AnyKey.self)
        try metrics.encode(test, prefix: Self.test, nulls: true)
        try metrics.encode(bestValidation.value, forKey: AnyKey(Self.best + bestValidation.name))
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(method, forKey: .method)
        try container.encode(model, forKey: .model)
        try container.encode(data, forKey: .data)
        try container.encode(seed, forKey: .seed)
        try container.encode(threads, forKey: .threads)
        try container.encode(epochs, forKey: .epochs)
        try container.encode(steps, forKey: .steps)
        try container.encode(batchSize, forKey: .batchSize)
        try container.encode(density, forKey: .density)
        try container.encode(nonzeros, forKey: .nonzeros)
        try container.encodeIfPresent(effectiveDensity, forKey: .effectiveDensity)
        try container.encodeIfPresent(backwardNonzeros, forKey: .backwardNonzeros)
        try container.encode(parameters, forKey: .parameters)
        try container.encode(denseParameters, forKey: .denseParameters)
        try container.encode(trainLoss.isNaN ? nil : trainLoss, forKey: .trainLoss)
        try container.encode(seconds, forKey: .seconds)
        try container.encodeIfPresent(trainingSeconds, forKey: .trainingSeconds)
        try container.encode(samplesPerSecond, forKey: .samplesPerSecond)
        try container.encode(peakRSSBytes, forKey: .peakRSSBytes)
        try container.encode(topologyUpdates, forKey: .topologyUpdates)
        try container.encode(topologySeconds, forKey: .topologySeconds)
        try container.encode(exploredFraction, forKey: .exploredFraction)
        try container.encode(trainFLOPsRatio, forKey: .trainFLOPsRatio)
        try container.encodeIfPresent(resultEpoch, forKey: .resultEpoch)
        try container.encode(interrupted, forKey: .interrupted)
        try container.encodeIfPresent(communication, forKey: .communication)
        try container.encode(warnings, forKey: .warnings)
        try container.encode(layers, forKey: .layers)
    }

    public init(from decoder: any Decoder) throws {
        let metrics = try decoder.container(keyedBy: AnyKey.self)
        test = try metrics.scores(prefix: Self.test)
        let best = try metrics.scores(prefix: Self.best)
        bestValidation = best.values.first ?? Scores.Value(name: "loss", value: best.loss)
        let container = try decoder.container(keyedBy: Keys.self)
        method = try container.decode(String.self, forKey: .method)
        model = try container.decode(String.self, forKey: .model)
        data = try container.decode(String.self, forKey: .data)
        seed = try container.decode(UInt64.self, forKey: .seed)
        threads = try container.decode(Int.self, forKey: .threads)
        epochs = try container.decode(Int.self, forKey: .epochs)
        steps = try container.decode(Int.self, forKey: .steps)
        batchSize = try container.decode(Int.self, forKey: .batchSize)
        density = try container.decode(Double.self, forKey: .density)
        nonzeros = try container.decode(Int.self, forKey: .nonzeros)
        effectiveDensity = try container.decodeIfPresent(Double.self, forKey: .effectiveDensity)
        backwardNonzeros = try container.decodeIfPresent(Int.self, forKey: .backwardNonzeros)
        parameters = try container.decode(Int.self, forKey: .parameters)
        denseParameters = try container.decode(Int.self, forKey: .denseParameters)
        trainLoss = try container.decode(Double?.self, forKey: .trainLoss) ?? .nan
        seconds = try container.decode(Double.self, forKey: .seconds)
        trainingSeconds = try container.decodeIfPresent(Double.self, forKey: .trainingSeconds)
        samplesPerSecond = try container.decode(Double.self, forKey: .samplesPerSecond)
        peakRSSBytes = try container.decode(Int.self, forKey: .peakRSSBytes)
        topologyUpdates = try container.decode(Int.self, forKey: .topologyUpdates)
        topologySeconds = try container.decode(Double.self, forKey: .topologySeconds)
        exploredFraction = try container.decode(Double.self, forKey: .exploredFraction)
        trainFLOPsRatio = try container.decode(Double.self, forKey: .trainFLOPsRatio)
        resultEpoch = try container.decodeIfPresent(Int.self, forKey: .resultEpoch)
        interrupted = try container.decode(Bool.self, forKey: .interrupted)
        communication = try container.decodeIfPresent(Communication.self, forKey: .communication)
        warnings = try container.decode([String].self, forKey: .warnings)
        layers = try container.decode([Layer].self, forKey: .layers)
    }
}

extension TrainingSummary {
    /// One JSON object, on one line or indented.
    public func json(pretty: Bool = false) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if pretty { encoder.outputFormatting.insert(.prettyPrinted) }
        return try encoder.encode(self)
    }
}

/// An optional that is written as null, where Codable would leave the key out.
@propertyWrapper
public struct WrittenNull<Value: Codable & Sendable & Equatable>: Codable, Sendable, Equatable {
    /// The value, or nil, which is written as null.
    public var wrappedValue: Value?

    /// Wraps a value, or nil.
    public init(wrappedValue: Value?) { self.wrappedValue = wrappedValue }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        wrappedValue = container.decodeNil() ? nil : try container.decode(Value.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(wrappedValue)
    }
}
