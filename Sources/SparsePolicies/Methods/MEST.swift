extension Method {
    static let mest = Method(
        name: "mest", summary: "drop by |w| + lambda |g|, grow at random; what is exchanged shrinks in steps",
        citation: "Yuan, Ma, Niu, Li, Kong, and others; NeurIPS 2021; arXiv 2110.14032",
        preset: MethodOptions(
            distribution: "uniform", deltaT: .epochs(5), beginStep: 0, endFraction: 0.75, dropRule: "sensitivity",
            dropFraction: 0.2, growRule: "random", regrowth: .fresh, newValues: "zero", appliesWeightsOnUpdate: true,
            dropLambda: 0)
    ) { settings, run throws(PolicyError) in
        var policy = try DropAndGrow(settings, run: run)
        if settings.dropSchedule == nil {
            // Elastic mutation: sparsity 0.92, 0.91, 0.90 before growth against 0.90 after it, at epochs 0, 90, 120 of 160.
            let initial = settings.dropFraction ?? 0.2
            policy.schedule = StagedFraction([(0, initial), (90.0 / 160 * Double(run.steps), initial / 2)])
        }
        return policy
    }
}
