/// The learning rate as a function of the step, which is counted from 0.
public protocol LearningRateSchedule: Sendable {
    func rate(step: Int) -> Double
}
