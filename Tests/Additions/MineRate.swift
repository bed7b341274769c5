/// Half of the highest rate at every step.
public struct MineRate: LearningRateSchedule {
    public let highest: Double

    public init(highest: Double) { self.highest = highest }

    public func rate(step: Int) -> Double { highest / 2 }
}
