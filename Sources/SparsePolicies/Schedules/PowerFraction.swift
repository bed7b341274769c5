internal import Foundation
public import SparseParts

/// f(t) = floor + (initial - floor) * (1 - (t - begin) / (end - begin))^power; power 1 is linear. RigL's code calls it
/// exponential.
public struct PowerFraction: FractionSchedule {
    /// Fraction at the beginning, and from `end` on.
    public let initial: Double
    /// Fraction from `end` on.
    public let floor: Double
    /// Steps between which it falls.
    public let begin: Double
    /// Step at which `floor` is reached.
    public let end: Double
    /// 1 for a straight line.
    public let power: Double

    /// From `initial` down to `floor` between two steps, along the `power` of what is left of the way.
    public init(initial: Double, floor: Double = 0, begin: Double = 0, end: Double, power: Double) {
        self.initial = initial
        self.floor = floor
        self.begin = begin
        self.end = end
        self.power = power
    }

    public func fraction(at step: Int) -> Double {
        guard Double(step) < end else { return floor }
        let elapsed = max(0, (Double(step) - begin) / (end - begin))
        return floor + (initial - floor) * pow(1 - elapsed, power)
    }
}

extension Options {
    /// Exponent of the schedule `power`.
    public var dropPower: Option<Double?> {
        .ofMethod("drop-power", "P", .positivePower, "exponent of the schedule power")
    }
}
