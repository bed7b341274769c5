extension Method {
    static let snfs = Method(
        name: "snfs", summary: "sparse momentum: drop by magnitude, grow and share out by momentum",
        citation: "Dettmers, Zettlemoyer; arXiv 1907.04840",
        preset: MethodOptions(
            distribution: "erk", deltaT: .epochs(1), beginStep: 0, endFraction: 1, dropFraction: 0.5,
            dropFloor: 0.005, dropSchedule: "cosine", growRule: "momentum", regrowth: .keepsValue, newValues: "zero",
            appliesWeightsOnUpdate: true, growMomentum: 0.9, growWindow: 44),
        variants: ["paper": MethodOptions(distribution: "uniform")], movesWeights: true
    ) { settings, run throws(PolicyError) in
        var policy = try DropAndGrow(settings, run: run)
        policy.drop = MomentumDrop()
        policy.budget = MomentumBudget()
        policy.changesFullLayers = true
        return policy
    }
}
