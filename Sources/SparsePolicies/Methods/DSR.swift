extension Method {
    static let dsr = Method(
        name: "dsr", summary: "drop below one threshold for all layers, grow at random where most weights survive",
        citation: "Mostafa, Wang; ICML 2019; arXiv 1902.05967",
        preset: MethodOptions(
            distribution: "erk", deltaT: .steps(100), beginStep: 0, endFraction: 0.95, growRule: "random",
            regrowth: .forbidden, newValues: "zero", appliesWeightsOnUpdate: true, dropTarget: 0.014,
            dropThreshold: 1e-3),
        variants: [
            "paper": MethodOptions(distribution: "uniform"),
            "dsr2019": MethodOptions(distribution: "uniform", deltaT: .steps(100), compat: "dsr2019"),
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
