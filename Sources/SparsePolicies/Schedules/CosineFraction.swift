internal import Foundation

/// f(t) = floor + (initial - floor) / 2 * (1 + cos(pi t / end)), t no later than `end`. RigL's with floor 0; SNFS, ITOP
/// and GraNet use 0.005.
public struct CosineFraction: FractionSchedule {
    /// Fraction at step 0, and from `end` on.
    public let initial: Double
    /// Fraction from `end` on.
    public let floor: Double
    /// Step at which the floor is reached.
    public let end: Double

    /// Half a cosine from `initial` down to `floor` at step `end`.
    public init(initial: Double, floor: Double = 0, end: Double) {
        self.initial = initial
        self.floor = floor
        self.end = end
    }

    public func fraction(at step: Int) -> Double {
        guard Double(step) < end else { return floor }
        return floor + (initial - floor) / 2 * (1 + cos(Double.pi * Double(step) / end))
    }
}
