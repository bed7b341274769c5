/// A fraction that changes at fixed steps.
public struct StagedFraction: FractionSchedule {
    /// Fractions and the steps from which they hold, ascending; 0 before the first.
    public let stages: [(from: Double, fraction: Double)]

    /// Fractions from steps on, in ascending order of the steps.
    public init(_ stages: [(from: Double, fraction: Double)]) { self.stages = stages }

    public func fraction(at step: Int) -> Double {
        stages.last { $0.from <= Double(step) }?.fraction ?? 0
    }
}
