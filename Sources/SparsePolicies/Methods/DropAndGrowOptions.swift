public import SparseParts

extension DropAndGrow {
    /// Builds the policy of a method that consists of exchangeable parts.
    /// - Throws: `PolicyError` for unknown names and values out of range.
    public init(_ settings: Settings, run: RunLength) throws(PolicyError) {
        let end = (settings.endFraction ?? 1) * Double(run.steps)
        let period = (settings.deltaT ?? .epochs(1)).steps(in: run)
        let span = ScheduleSpan(
            initial: settings.dropFraction ?? 0.3, floor: settings.dropFloor ?? 0,
            begin: Double(settings.beginStep ?? 0),
            end: end, power: settings.dropPower ?? 3)
        let grow = try Parts.growRules.named(settings.growRule ?? "random", PolicyError.unknownName)(settings)
        if let batches = settings.gradientAccumulation, batches > period {
            throw .invalidOption(
                name: Options().gradientAccumulation.name, value: "\(batches)",
                expected: "at most the \(period) steps between two updates")
        }
        self.init(
            clock: UpdateClock(begin: settings.beginStep ?? 0, end: end, period: period),
            schedule: try Parts.dropSchedules.named(settings.dropSchedule ?? "constant", PolicyError.unknownName)(span),
            drop: try Parts.dropRules.named(settings.dropRule ?? "magnitude", PolicyError.unknownName)(settings),
            grow: grow,
            regrowth: settings.regrow ?? .keepsValue, newValues: settings.newValues ?? .zero,
            trainsOnUpdate: settings.trainsOnUpdate ?? true)
    }

    /// The options of topology updates, in the order of help; those of its parts are in their registries.
    public static func options(_ all: Options) -> [any DeclaredOption] {
        [
            all.deltaT, all.dropFraction, all.beginStep, all.endFraction, all.regrow, all.newValues, all.trainsOnUpdate,
        ]
    }
}

extension Options {
    /// Share of a layer's weights replaced at the first topology update.
    public var dropFraction: Option<Double?> {
        .ofMethod("drop-fraction", "F", .fraction, "share of a layer's weights replaced at first")
    }

    /// First weight update after which the topology may change.
    public var beginStep: Option<Int?> {
        .ofMethod("begin-step", "STEPS", .countOrNone, "weight updates before the topology first changes")
    }

    /// Part of the run after which it changes no more.
    public var endFraction: Option<Double?> {
        .ofMethod("end-fraction", "F", .fraction, "part of the run after which it changes no more")
    }

    /// Whether the batch of a topology update trains the weights first. Without that, as in RigL, it is used for the update
    /// alone.
    public var trainsOnUpdate: Option<Bool?> {
        .ofMethod("train-on-update", "", .flag, "the batch of a topology update trains the weights first")
    }
}
