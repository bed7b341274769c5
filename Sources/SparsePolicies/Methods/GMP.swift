internal import SparseParts

extension Method {
    static let gmp = Method(
        name: "gmp", summary: "dense at first; the smallest weights go for good while the density falls along a cubic",
        citation: "Zhu, Gupta; 2017; arXiv 1710.01878; Gale, Elsen, Hooker; 2019; arXiv 1902.09574",
        options: [\.initialDensity, \.pruneEndFraction, \.scope],
        preset: Settings {
            $0.distribution = "uniform"
            $0.deltaT = .steps(1000)
            $0.beginStep = 0
            $0.trainsOnUpdate = true
            $0.initialDensity = 1
            $0.pruneEndFraction = 0.75
            $0.scope = .layer
        },
        movesWeights: true, initialDensity: { $0.initialDensity },
        make: { settings, run throws(PolicyError) in
            let period = (settings.deltaT ?? .epochs(1)).steps(in: run)
            let clock = UpdateClock(begin: settings.beginStep ?? 0, end: Double(run.steps), period: period)
            let density = try CubicDensity(settings, clock: clock, run: run)
            var policy = DropAndGrow(
                // Nothing changes once the density is reached.
                clock: UpdateClock(begin: clock.begin, end: Double(density.end) + 0.5, period: period),
                schedule: ConstantFraction(0), drop: PruningDrop(density: density, scope: settings.scope ?? .layer),
                grow: RandomGrow(), regrowth: .forbidden, changesFullLayers: true)
            policy.grows = false
            return policy
        })
}
