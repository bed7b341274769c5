/// One epoch's line of `metrics.jsonl`.
public struct EpochRecord: Codable, Sendable, Equatable {
    public var event = "epoch"
    /// From 1.
    public var epoch: Int
    /// Weight updates done so far.
    public var step: Int
    /// That of the epoch's last weight update.
    public var learningRate: Double
    /// Mean over the epoch's training samples.
    public var trainLoss: Double
    public var trainAccuracy: Double
    /// Of the held-out part of the training data, if there is one.
    public var validationLoss: Double?
    public var validationAccuracy: Double?
    /// Null without test samples; likewise below.
    @WrittenNull public var testLoss: Double?
    @WrittenNull public var testAccuracy: Double?
    /// Null where there are no more than four classes, too.
    @WrittenNull public var testTop5: Double?
    /// Stored weights of all layers.
    public var nonzeros: Int
    public var density: Double
    /// FLOPs of all training so far over those of dense training on as many samples.
    public var trainFLOPsRatio: Double
    /// Wall time since the run began.
    public var seconds: Double
    /// Training samples of this epoch over the time of training alone.
    public var samplesPerSecond: Double

    enum CodingKeys: String, CodingKey {
        case event, epoch, step
        case learningRate = "learning_rate"
        case trainLoss = "train_loss"
        case trainAccuracy = "train_accuracy"
        case validationLoss = "validation_loss"
        case validationAccuracy = "validation_accuracy"
        case testLoss = "test_loss"
        case testAccuracy = "test_accuracy"
        case testTop5 = "test_top5"
        case nonzeros, density
        case trainFLOPsRatio = "train_flops_ratio"
        case seconds
        case samplesPerSecond = "samples_per_second"
    }
}
