public import SparseParts

/// The share of a layer's units that an update replaces, as a function of time.
public protocol FractionSchedule: Sendable {
    /// The share after `step` weight updates, in 0 ... 1.
    func fraction(at step: Int) -> Double
}

/// What a schedule is made from.
public struct ScheduleSpan: Sendable, Equatable {
    /// Fraction at the beginning.
    public var initial: Double
    /// Fraction that is never undercut.
    public var floor: Double
    /// Steps between which the fraction falls. The cosine counts from 0 whatever the beginning, as RigL's code does.
    public var begin: Double
    /// Step from which the fraction is `floor`.
    public var end: Double
    /// Exponent of the power schedule.
    public var power: Double

    /// What a schedule may depend on; each takes of it what it needs.
    public init(initial: Double, floor: Double = 0, begin: Double = 0, end: Double, power: Double = 3) {
        self.initial = initial
        self.floor = floor
        self.begin = begin
        self.end = end
        self.power = power
    }
}

extension Parts {
    /// Makes a schedule of the share that updates replace.
    public typealias MakeFractionSchedule = @Sendable (ScheduleSpan) -> any FractionSchedule

    /// The drop schedules known by name.
    public static let dropSchedules = Registry<MakeFractionSchedule>(
        "drop schedule",
        [
            .init("constant", "the same fraction at every update") { ConstantFraction($0.initial) },
            .init("cosine", "half a cosine from the initial fraction to the floor", options: [\.dropFloor]) {
                CosineFraction(initial: $0.initial, floor: $0.floor, end: $0.end)
            },
            .init("linear", "a straight line from the initial fraction to the floor", options: [\.dropFloor]) {
                PowerFraction(initial: $0.initial, floor: $0.floor, begin: $0.begin, end: $0.end, power: 1)
            },
            .init(
                "power", "(1 - elapsed share) to a power, 3 unless given", options: [\.dropFloor, \.dropPower]
            ) {
                PowerFraction(initial: $0.initial, floor: $0.floor, begin: $0.begin, end: $0.end, power: $0.power)
            },
            .init("staged", "the initial fraction, half of it in the last quarter") {
                StagedFraction([(0, $0.initial), (0.75 * $0.end, $0.initial / 2)])
            },
        ])
}

extension Options {
    /// How the share that updates replace changes over the run: constant, cosine, linear, power, staged.
    public var dropSchedule: Option<String?> {
        .ofMethod("drop-schedule", "NAME", .oneOf(Parts.dropSchedules.names), "how that share changes")
    }

    /// Share that the schedule does not undercut.
    public var dropFloor: Option<Double?> {
        .ofMethod("drop-floor", "F", .fraction, "share it does not undercut")
    }
}
