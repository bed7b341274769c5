public import SparseParts

extension Method {
    static let dsr = Method(
        name: "dsr", summary: "drop below one threshold for all layers, grow at random where most weights survive",
        citation: "Mostafa, Wang; ICML 2019; arXiv 1902.05967",
        options: [\.dropThreshold, \.dropTarget],
        preset: Settings {
            $0.distribution = "erk"
            $0.deltaT = .steps(100)
            $0.beginStep = 0
            $0.endFraction = 0.95
            $0.growRule = "random"
            $0.regrow = .forbidden
            $0.newValues = .zero
            $0.trainsOnUpdate = true
            $0.dropTarget = 0.014
            $0.dropThreshold = 1e-3
        },
        variants: [
            "paper": Settings { $0.distribution = "uniform" },
            "dsr2019": Settings {
                $0.distribution = "uniform"
                $0.deltaT = .steps(100)
                $0.compat = "dsr2019"
            },
        ], movesWeights: true
    ) { settings, run throws(PolicyError) in
        var policy = try DropAndGrow(settings, run: run)
        policy.clock = stages(of: policy.clock, run: run)
        policy.drop = ThresholdDrop(
            targetShare: settings.dropTarget ?? 0.014, threshold: settings.dropThreshold ?? 1e-3)
        policy.budget = settings.compat == "dsr2019" ? RoundedSurvivorBudget() : SurvivorBudget()
        policy.changesFullLayers = true
        return policy
    }

    /// The period doubles with each stage of the learning rate: at epochs 25, 80 and 140 of 200 in the paper.
    private static func stages(of clock: UpdateClock, run: RunLength) -> UpdateClock {
        let period = clock.period(at: 0)
        return UpdateClock(
            begin: clock.begin, end: clock.end,
            stages: [(0, 1), (0.125, 2), (0.4, 4), (0.7, 8)].map { share, factor in
                let (longer, overflow) = period.multipliedReportingOverflow(by: factor)
                return (Int(share * Double(run.steps)), overflow ? Int.max : longer)
            })
    }
}

extension Options {
    /// Where dsr's controlled drop threshold starts.
    public var dropThreshold: Option<Double?> {
        .ofMethod(
            "drop-threshold", "W", .positive, carryOver: .refused, "where the controlled drop threshold starts")
    }

    /// Share of all positions that the threshold aims to drop at an update.
    public var dropTarget: Option<Double?> {
        .ofMethod(
            "drop-target", "F", .fraction,
            "share of all positions that it aims to drop at an update, at most ten times that of the stored")
    }
}
