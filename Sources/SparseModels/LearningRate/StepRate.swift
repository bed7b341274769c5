/// A rate that is multiplied by `gamma` at each milestone: base * gamma^(milestones <= step).
public struct StepRate: LearningRateSchedule {
    public let base: Double
    /// Steps at which the rate falls.
    public let milestones: [Int]
    public let gamma: Double

    public init(base: Double, milestones: [Int], gamma: Double = 0.1) {
        self.base = base
        self.milestones = milestones
        self.gamma = gamma
    }

    public func rate(step: Int) -> Double { milestones.reduce(base) { $1 <= step ? $0 * gamma : $0 } }
}
