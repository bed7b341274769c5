/// Half of the initial fraction at every update.
public struct MineFraction: FractionSchedule {
    public let initial: Double

    public init(_ initial: Double) { self.initial = initial }

    public func fraction(at step: Int) -> Double { initial / 2 }
}
