extension Method {
    /// Its elastic mutation: sparsity 0.92, then 0.91, then 0.90 before growth against 0.90 after it, from epochs 0, 90 and
    /// 120 of 160 on. With its soft bound the density is 0.12, then 0.11, then 0.10, and falls to 0.10 before each growth.
    static let mest = Method(
        name: "mest", summary: "drop by |w| + lambda |g|, grow at random; what is exchanged shrinks in steps",
        citation: "Yuan, Ma, Niu, Li, Kong, and others; NeurIPS 2021; arXiv 2110.14032",
        preset: MethodOptions(
            distribution: "erk", deltaT: .epochs(5), beginStep: 0, endFraction: 0.75, dropRule: "sensitivity",
            dropFraction: 0.2, dropFloor: 0, dropSchedule: "cosine", softBound: false,
            growRule: "random", regrowth: .fresh,
            newValues: "zero", appliesWeightsOnUpdate: true,
            dropLambda: 0),
        variants: ["paper": MethodOptions(distribution: "uniform", dropSchedule: "staged")]
    ) { settings, run throws(PolicyError) in
        var policy = try DropAndGrow(settings, run: run)
        guard settings.softBound == true else { return policy }
        let bound = SoftBound(density: settings.density ?? 1, schedule: policy.schedule, end: policy.clock.end)
        policy.drop = SoftBoundDrop(bound: bound, lambda: settings.dropLambda ?? 0)
        policy.budget = SoftBoundBudget(bound: bound)
        policy.changesFullLayers = true
        // The last updates only bring the layers down to the density.
        policy.clock = UpdateClock(
            begin: policy.clock.begin, end: Double(run.steps), period: policy.clock.period(at: 0))
        return policy
    }
}
