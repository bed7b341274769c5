/// The same fraction at every update.
public struct ConstantFraction: FractionSchedule {
    /// The fraction.
    public let value: Double

    /// `value` at every step.
    public init(_ value: Double) { self.value = value }

    public func fraction(at step: Int) -> Double { value }
}
