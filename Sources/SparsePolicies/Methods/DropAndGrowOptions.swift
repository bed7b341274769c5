extension DropAndGrow {
    /// Builds the policy of a method that consists of exchangeable parts.
    /// - Throws: `PolicyError` for unknown names, values out of range, and parts that the settings leave out.
    public init(_ settings: MethodOptions, run: RunLength) throws(PolicyError) {
        try settings.checkRanges()
        let end = (settings.endFraction ?? 1) * Double(run.steps)
        let period = (settings.deltaT ?? .epochs(1)).steps(in: run)
        let span = ScheduleSpan(
            initial: settings.dropFraction ?? 0.3, floor: settings.dropFloor ?? 0,
            begin: Double(settings.beginStep ?? 0),
            end: end, power: settings.dropPower ?? 3)
        let grow = try Catalog.growRules.named(settings.growRule ?? "random")(settings)
        if let batches = settings.gradAccumulation, batches > period {
            throw .invalidOption(
                name: "grad-accumulation", value: "\(batches)",
                expected: "at most the \(period) steps between two updates")
        }
        guard let newValues = NewValueRule(rawValue: settings.newValues ?? "zero") else {
            let rules = NewValueRule.allCases.map { Catalog<NewValueRule>.Entry($0.rawValue, "", $0) }
            _ = try Catalog("rule for new values", rules).named(settings.newValues ?? "")
            preconditionFailure("a name that is no raw value is in no catalog")
        }
        self.init(
            clock: UpdateClock(begin: settings.beginStep ?? 0, end: end, period: period),
            schedule: try Catalog.schedules.named(settings.dropSchedule ?? "constant")(span),
            drop: try Catalog.dropRules.named(settings.dropRule ?? "magnitude")(settings),
            grow: grow, regrowth: settings.regrowth ?? .keepsValue, newValues: newValues,
            appliesWeightsOnUpdate: settings.appliesWeightsOnUpdate ?? true)
    }
}

extension MethodOptions {
    /// - Throws: `PolicyError.invalidOption` for the first number outside its range.
    func checkRanges() throws(PolicyError) {
        for (name, value) in [
            ("drop-fraction", dropFraction), ("drop-floor", dropFloor), ("end-fraction", endFraction),
            ("density", density), ("initial-density", initialDensity), ("prune-end-fraction", pruneEndFraction),
            ("drop-target", dropTarget), ("ablation", ablation), ("backward-density", backwardDensity),
        ] {
            if let value, !(value >= 0 && value <= 1) {
                throw .invalidOption(name: name, value: "\(value)", expected: "a number from 0 to 1")
            }
        }
        if let dropPower, !(dropPower > 0 && dropPower.isFinite) {
            throw .invalidOption(name: "drop-power", value: "\(dropPower)", expected: "a positive number")
        }
        for (name, value) in [
            ("drop-lambda", dropLambda), ("drop-threshold", dropThreshold), ("noise", noise), ("l1", l1),
            ("exploration-penalty", explorationPenalty),
        ] {
            if let value, !(value >= 0 && value.isFinite) {
                throw .invalidOption(name: name, value: "\(value)", expected: "a number of at least 0")
            }
        }
        if let growMomentum, !(growMomentum >= 0 && growMomentum < 1) {
            throw .invalidOption(name: "grow-momentum", value: "\(growMomentum)", expected: "at least 0 and below 1")
        }
        if let growWindow, growWindow < 1 {
            throw .invalidOption(name: "grow-window", value: "\(growWindow)", expected: "at least 1 batch")
        }
        if let beginStep, beginStep < 0 {
            throw .invalidOption(name: "begin-step", value: "\(beginStep)", expected: "a number of at least 0")
        }
        if let gradAccumulation, gradAccumulation < 1 {
            throw .invalidOption(name: "grad-accumulation", value: "\(gradAccumulation)", expected: "at least 1 batch")
        }
        let period =
            switch deltaT {
            case .steps(let count), .epochs(let count): count
            case nil: 1
            }
        if period < 1 { throw .invalidOption(name: "delta-t", value: "\(period)", expected: "at least 1") }
    }
}
