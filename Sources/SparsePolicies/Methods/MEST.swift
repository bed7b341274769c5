extension Method {
    /// Its elastic mutation: sparsity 0.92, then 0.91, then 0.90 before growth against 0.90 after it, from epochs 0, 90 and
    /// 120 of 160 on.
    static let mest = Method(
        name: "mest", summary: "drop by |w| + lambda |g|, grow at random; what is exchanged shrinks in steps",
        citation: "Yuan, Ma, Niu, Li, Kong, and others; NeurIPS 2021; arXiv 2110.14032",
        preset: MethodOptions(
            distribution: "uniform", deltaT: .epochs(5), beginStep: 0, endFraction: 0.75, dropRule: "sensitivity",
            dropFraction: 0.2, dropFloor: 0, dropSchedule: "staged", growRule: "random", regrowth: .fresh,
            newValues: "zero", appliesWeightsOnUpdate: true,
            dropLambda: 0)
    ) { settings, run throws(PolicyError) in try DropAndGrow(settings, run: run) }
}
