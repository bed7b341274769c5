extension Method {
    static let granet = Method(
        name: "granet", summary: "global pruning to the density, with weights regrown by gradient at each step of it",
        citation:
            "Liu, Chen, Chen, Atashgahi, Yin, Kou, Shen, Pechenizkiy, Wang, Mocanu; NeurIPS 2021; arXiv 2106.10404",
        preset: MethodOptions(
            distribution: "erk", deltaT: .steps(1000), beginStep: 0, endFraction: 1, dropFraction: 0.5,
            dropFloor: 0.005, dropSchedule: "cosine", growRule: "gradient", gradAccumulation: 1, regrowth: .keepsValue,
            newValues: "zero", appliesWeightsOnUpdate: true, initialDensity: 0.5, pruneEndFraction: 0.5),
        movesWeights: true
    ) { settings, run throws(PolicyError) in
        var policy = try DropAndGrow(settings, run: run)
        guard let density = settings.density, let initial = settings.initialDensity, density < initial else {
            throw .invalidOption(
                name: "density", value: settings.density.map { "\($0)" } ?? "left out",
                expected: "a density below the initial one of \(settings.initialDensity ?? 1)")
        }
        let period = policy.clock.period(at: 0)
        let end = Int((settings.pruneEndFraction ?? 0.5) * Double(run.steps)) / period * period
        let begin = policy.clock.begin / period * period
        guard end > begin && Double(end) < policy.clock.end else {
            throw .invalidOption(
                name: "delta-t", value: "\(period)",
                expected:
                    "short enough for an update at the end of the pruning, after \(settings.pruneEndFraction ?? 0.5) of "
                    + "\(run.steps) steps and before the last topology update")
        }
        policy.drop = GradualDrop(
            density: CubicDensity(initial: initial, final: density, begin: begin, end: end))
        policy.changesFullLayers = true
        return policy
    }
}
