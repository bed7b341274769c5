public import SparseParts

/// The learning rate as a function of the step, which is counted from 0.
public protocol LearningRateSchedule: Sendable {
    /// The rate of a step.
    func rate(step: Int) -> Double
}

/// The same rate at every step.
public struct ConstantRate: LearningRateSchedule {
    /// The rate.
    public let base: Double

    /// `base` at every step.
    public init(base: Double) { self.base = base }

    public func rate(step: Int) -> Double { base }
}

/// Another schedule, multiplied by (step + 1) / steps during the first `steps` steps (Goyal et al., "Accurate, large
/// minibatch SGD", 2017). The other schedule's own clock is not moved.
public struct WarmUp: LearningRateSchedule {
    /// Steps over which the rate rises.
    public let steps: Int
    /// The schedule that is multiplied, and that goes on alone.
    public let schedule: any LearningRateSchedule

    /// `schedule`, risen to over `steps` steps.
    public init(steps: Int, then schedule: any LearningRateSchedule) {
        precondition(steps >= 0)
        self.steps = steps
        self.schedule = schedule
    }

    public func rate(step: Int) -> Double {
        let rate = schedule.rate(step: step)
        return step < steps ? rate * Double(step + 1) / Double(steps) : rate
    }
}

extension Parts {
    /// Makes the learning rate of a run from its highest value, the weight updates of the run, and the settings.
    public typealias MakeLearningRate =
        @Sendable (_ highest: Double, _ steps: Int, _ settings: Settings) -> any LearningRateSchedule

    /// The schedules of the learning rate known by name.
    public static let learningRates = Registry<MakeLearningRate>(
        "schedule of the learning rate",
        [
            .init("constant", "the same rate at every step") { highest, _, _ in ConstantRate(base: highest) },
            StepRate.entry,
            CosineRate.entry,
            CosineAfterWarmUp.entry,
        ])
}

extension Options {
    /// Learning rate at its highest. Nil: what is usual for the optimiser, with the warm-up and the clipping that go with it
    /// unless they are set.
    public var learningRate: Option<Double?> {
        Option(
            "lr", .optimisation, "RATE", .positive, inWords: "0.05; adam 0.001", aliases: ["learning-rate"],
            "learning rate at its highest")
    }

    /// How the learning rate changes: constant, step, cosine.
    public var learningRateSchedule: Option<String> {
        Option(
            "lr-schedule", .optimisation, "NAME", .oneOf(Parts.learningRates.names), default: "cosine",
            "how it changes")
    }

    /// Weight updates over which it rises from 0. Nil: none with a learning rate that is set.
    public var warmupSteps: Option<Int?> {
        Option(
            "warmup-steps", .optimisation, "STEPS", .countOrNone,
            inWords: "0 with --lr, else a twentieth of the run, at most 100",
            "weight updates over which it rises from 0")
    }
}
