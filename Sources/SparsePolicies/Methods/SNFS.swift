internal import SparseParts

extension Method {
    static let snfs = Method(
        name: "snfs", summary: "sparse momentum: drop by magnitude, grow and share out by momentum",
        citation: "Dettmers, Zettlemoyer; arXiv 1907.04840",
        preset: Settings {
            $0.distribution = "erk"
            $0.deltaT = .epochs(1)
            $0.beginStep = 0
            $0.endFraction = 1
            $0.dropFraction = 0.5
            $0.dropFloor = 0.005
            $0.dropSchedule = "cosine"
            $0.growRule = "momentum"
            $0.regrow = .keepsValue
            $0.newValues = .zero
            $0.trainsOnUpdate = true
            $0.growMomentum = 0.9
            $0.growWindow = 44
        },
        variants: ["paper": Settings { $0.distribution = "uniform" }], movesWeights: true
    ) { settings, run throws(PolicyError) in
        var policy = try DropAndGrow(settings, run: run)
        policy.drop = MomentumDrop()
        policy.budget = MomentumBudget()
        policy.changesFullLayers = true
        return policy
    }
}
