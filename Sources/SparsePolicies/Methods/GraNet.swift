internal import SparseParts

extension Method {
    static let granet = Method(
        name: "granet", summary: "global pruning to the density, with weights regrown by gradient at each step of it",
        citation:
            "Liu, Chen, Chen, Atashgahi, Yin, Kou, Shen, Pechenizkiy, Wang, Mocanu; NeurIPS 2021; arXiv 2106.10404",
        options: [\.initialDensity, \.pruneEndFraction],
        preset: Settings {
            $0.distribution = "erk"
            $0.deltaT = .steps(1000)
            $0.beginStep = 0
            $0.endFraction = 1
            $0.dropFraction = 0.5
            $0.dropFloor = 0.005
            $0.dropSchedule = "cosine"
            $0.growRule = "gradient"
            $0.gradientAccumulation = 1
            $0.regrow = .keepsValue
            $0.newValues = .zero
            $0.trainsOnUpdate = true
            $0.initialDensity = 0.5
            $0.pruneEndFraction = 0.5
        },
        movesWeights: true, initialDensity: { $0.initialDensity },
        make: { settings, run throws(PolicyError) in
            var policy = try DropAndGrow(settings, run: run)
            policy.drop = GradualDrop(density: try CubicDensity(settings, clock: policy.clock, run: run))
            policy.changesFullLayers = true
            return policy
        })
}
