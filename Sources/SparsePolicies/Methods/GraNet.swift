public import SparseParts

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
            let (density, initial) = (settings.density, settings.initialDensity ?? 1)
            guard density < initial else {
                throw .invalidOption(
                    name: Options().density.name, value: "\(density)",
                    expected: "a density below the initial one of \(initial)")
            }
            let period = policy.clock.period(at: 0)
            let end = Int((settings.pruneEndFraction ?? 0.5) * Double(run.steps)) / period * period
            let begin = policy.clock.begin / period * period
            guard end > begin && Double(end) < policy.clock.end else {
                throw .invalidOption(
                    name: Options().deltaT.name, value: "\(period)",
                    expected:
                        "short enough for an update at the end of the pruning, after \(settings.pruneEndFraction ?? 0.5) of "
                        + "\(run.steps) steps and before the last topology update")
            }
            policy.drop = GradualDrop(
                density: CubicDensity(initial: initial, final: density, begin: begin, end: end))
            policy.changesFullLayers = true
            return policy
        })
}

extension Options {
    /// Density at the start of a method that lowers it to `density`.
    public var initialDensity: Option<Double?> {
        .ofMethod(
            "initial-density", "D", .density, carryOver: .refused, "density at the start, for methods that lower it")
    }

    /// Part of the run after which the density falls no more.
    public var pruneEndFraction: Option<Double?> {
        .ofMethod(
            "prune-end-fraction", "F", .fraction, "part of the run after which it falls no more")
    }
}
