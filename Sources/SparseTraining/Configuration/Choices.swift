internal import SparseData
internal import SparseModels

/// Choices by name that the rooms leave to whoever puts a run together.
extension TrainingConfiguration {
    /// How inputs can be standardised.
    static let standardizations: [(name: String, value: Standardization)] = [
        ("none", .none), ("channel", .perChannel), ("feature", .perFeature),
    ]

    /// How training images can be changed.
    static let augmentations: [(name: String, value: Augmentation?)] = [
        ("none", nil), ("flip", Augmentation(padding: 0)), ("crop", Augmentation(mirrors: false)),
        ("crop-flip", Augmentation()),
    ]

    /// Losses: the options that each reads, and how it is made from the configuration.
    static let losses: [(name: String, reads: Set<String>, make: @Sendable (TrainingConfiguration) -> any Loss)] = [
        ("cross-entropy", ["label-smoothing"], { SoftmaxCrossEntropy(labelSmoothing: Float($0.labelSmoothing)) }),
        ("mse", [], { _ in MeanSquaredError() }),
    ]

    /// The learning rate given, or the optimiser's usual one.
    var highestLearningRate: Double { learningRate ?? LearningRateDefault(optimizer: optimizer, steps: 0).rate }

    /// Learning rates over a run of so many weight updates, with the options that each reads.
    static let learningRateSchedules:
        [(
            name: String, reads: Set<String>,
            make: @Sendable (TrainingConfiguration, Int) -> any LearningRateSchedule
        )] = [
            ("constant", [], { run, _ in ConstantRate(base: run.highestLearningRate) }),
            (
                "step", ["lr-milestones", "lr-gamma"],
                { run, steps in
                    let milestones = run.learningRateMilestones.map { Int(($0 * Double(steps)).rounded(.up)) }
                    return StepRate(base: run.highestLearningRate, milestones: milestones, gamma: run.learningRateGamma)
                }
            ),
            ("cosine", [], { run, steps in CosineRate(base: run.highestLearningRate, steps: steps) }),
        ]
}
