/// Another schedule, multiplied by (step + 1) / steps during the first `steps` steps (Goyal et al., "Accurate, large
/// minibatch SGD", 2017). The other schedule's own clock is not moved.
public struct WarmUp: LearningRateSchedule {
    public let steps: Int
    public let schedule: any LearningRateSchedule

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
