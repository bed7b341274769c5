public import SparseParts

/// A rate that is multiplied by `gamma` at each milestone: base * gamma^(milestones <= step).
public struct StepRate: LearningRateSchedule {
    /// Rate before the first milestone.
    public let base: Double
    /// Steps at which the rate falls.
    public let milestones: [Int]
    /// Factor at each milestone.
    public let gamma: Double

    /// `base` times `gamma` for each of the `milestones`, which are steps, that has been reached.
    public init(base: Double, milestones: [Int], gamma: Double = 0.1) {
        self.base = base
        self.milestones = milestones
        self.gamma = gamma
    }

    public func rate(step: Int) -> Double { milestones.reduce(base) { $1 <= step ? $0 * gamma : $0 } }
}

extension StepRate {
    /// The entry of `Parts.learningRates`.
    static let entry = Registry<Parts.MakeLearningRate>.Entry(
        "step", "falls at milestones", options: [\.learningRateMilestones, \.learningRateGamma]
    ) { highest, steps, settings in
        let milestones = settings.learningRateMilestones.map { Int(($0 * Double(steps)).rounded(.up)) }
        return StepRate(base: highest, milestones: milestones, gamma: settings.learningRateGamma)
    }
}

extension Options {
    /// Parts of the run after which the step schedule lowers the learning rate.
    public var learningRateMilestones: Option<[Double]> {
        Option(
            "lr-milestones", .optimisation, "F,...", .fraction, default: [0.5, 0.75],
            "parts of the run after which the step schedule lowers it"
        ).refused("must ascend") { $0.learningRateMilestones != $0.learningRateMilestones.sorted() }
    }

    /// Factor of the step schedule.
    public var learningRateGamma: Option<Double> {
        Option("lr-gamma", .optimisation, "FACTOR", .positive, default: 0.1, "factor of the step schedule")
    }
}
