public import SparseModels

/// One epoch's line of `metrics.jsonl`.
public struct EpochRecord: Codable, Sendable, Equatable {
    /// What kind of line it is.
    public var event = "epoch"
    /// From 1.
    public var epoch: Int
    /// Weight updates done so far.
    public var step: Int
    /// That of the epoch's last weight update.
    public var learningRate: Double
    /// Means over the epoch's training samples: loss, and the metric that "best" means. Keys `train_loss`, `train_accuracy`, ...
    public var train: Scores
    /// The same of the held-out part of the training data, if there is one: `validation_loss`, ...
    public var validation: Scores
    /// Loss and all metrics of the test samples: `test_loss`, `test_accuracy`, `test_top5`, ...; null without any.
    public var test: Scores
    /// Stored weights of all layers.
    public var nonzeros: Int
    /// Stored weights as a share of all positions.
    public var density: Double
    /// FLOPs of all training so far over those of dense training on as many samples.
    public var trainFLOPsRatio: Double
    /// Wall time since the run began.
    public var seconds: Double
    /// Training samples of this epoch over the time of training alone.
    public var samplesPerSecond: Double
    /// Whether a cancellation ended the epoch before its last batch. Such a line is the last of its file, and gives way to that of
    /// the whole epoch when the run goes on.
    public var isCutShort = false

    /// Mean loss of a training sample during the epoch; not a number where there is none.
    public var trainLoss: Double { train.loss ?? .nan }
    /// Share of the training samples that were right during the epoch; nil where that is not measured.
    public var trainAccuracy: Double? { train["accuracy"] }
    /// Mean loss of a validation sample; nil without validation.
    public var validationLoss: Double? { validation.loss }
    /// Share of the validation samples that are right; nil where that is not measured.
    public var validationAccuracy: Double? { validation["accuracy"] }
    /// Mean loss of a test sample; nil where the epoch did not measure it.
    public var testLoss: Double? { test.loss }
    /// Share of the test samples that are right; nil where that is not measured.
    public var testAccuracy: Double? { test["accuracy"] }
    /// Share of the test samples whose class is among the five largest outputs; nil where that is not measured.
    public var testTop5: Double? { test["top5"] }

    /// An epoch from its parts.
    package init(
        epoch: Int, step: Int, learningRate: Double, train: Scores, validation: Scores, test: Scores, nonzeros: Int,
        density: Double, trainFLOPsRatio: Double, seconds: Double, samplesPerSecond: Double
    ) {
        self.epoch = epoch
        self.step = step
        self.learningRate = learningRate
        self.train = train
        self.validation = validation
        self.test = test
        self.nonzeros = nonzeros
        self.density = density
        self.trainFLOPsRatio = trainFLOPsRatio
        self.seconds = seconds
        self.samplesPerSecond = samplesPerSecond
    }

    private enum Keys {
        static let event = AnyKey("event")
        static let epoch = AnyKey("epoch")
        static let step = AnyKey("step")
        static let learningRate = AnyKey("learning_rate")
        static let nonzeros = AnyKey("nonzeros")
        static let density = AnyKey("density")
        static let trainFLOPsRatio = AnyKey("train_flops_ratio")
        static let seconds = AnyKey("seconds")
        static let samplesPerSecond = AnyKey("samples_per_second")
        static let isCutShort = AnyKey("cut_short")
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: AnyKey.self)
        try container.encode(event, forKey: Keys.event)
        try container.encode(epoch, forKey: Keys.epoch)
        try container.encode(step, forKey: Keys.step)
        try container.encode(learningRate, forKey: Keys.learningRate)
        try container.encode(train, prefix: "train_", nulls: false)
        try container.encode(validation, prefix: "validation_", nulls: false)
        try container.encode(test, prefix: "test_", nulls: true)
        try container.encode(nonzeros, forKey: Keys.nonzeros)
        try container.encode(density, forKey: Keys.density)
        try container.encode(trainFLOPsRatio, forKey: Keys.trainFLOPsRatio)
        try container.encode(seconds, forKey: Keys.seconds)
        try container.encode(samplesPerSecond, forKey: Keys.samplesPerSecond)
        if isCutShort { try container.encode(true, forKey: Keys.isCutShort) }
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: AnyKey.self)
        event = try container.decode(String.self, forKey: Keys.event)
        epoch = try container.decode(Int.self, forKey: Keys.epoch)
        step = try container.decode(Int.self, forKey: Keys.step)
        learningRate = try container.decode(Double.self, forKey: Keys.learningRate)
        train = try container.scores(prefix: "train_", others: [Keys.trainFLOPsRatio.stringValue])
        validation = try container.scores(prefix: "validation_")
        test = try container.scores(prefix: "test_")
        nonzeros = try container.decode(Int.self, forKey: Keys.nonzeros)
        density = try container.decode(Double.self, forKey: Keys.density)
        trainFLOPsRatio = try container.decode(Double.self, forKey: Keys.trainFLOPsRatio)
        seconds = try container.decode(Double.self, forKey: Keys.seconds)
        samplesPerSecond = try container.decode(Double.self, forKey: Keys.samplesPerSecond)
        isCutShort = try container.decodeIfPresent(Bool.self, forKey: Keys.isCutShort) ?? false
    }
}
