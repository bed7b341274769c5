/// The same rate at every step.
public struct ConstantRate: LearningRateSchedule {
    public let base: Double

    public init(base: Double) { self.base = base }

    public func rate(step: Int) -> Double { base }
}
