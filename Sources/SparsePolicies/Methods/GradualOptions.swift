public import SparseParts

extension CubicDensity {
    /// The density of a method that lowers it: from the initial one to `density`, from the first tick of the clock that counts to the last
    /// one before the end of the pruning.
    /// - Throws: `PolicyError` for a density that is not below the initial one, and for a run too short for the pruning.
    init(_ settings: Settings, clock: UpdateClock, run: RunLength) throws(PolicyError) {
        let (density, initial) = (settings.density, settings.initialDensity ?? 1)
        guard density < initial else {
            throw .invalidOption(
                name: Options().density.name, value: "\(density)",
                expected: "a density below the initial one of \(initial)")
        }
        let period = clock.period(at: 0)
        let end = Int((settings.pruneEndFraction ?? 0.5) * Double(run.steps)) / period * period
        let begin = clock.begin / period * period
        guard end > begin && Double(end) < clock.end else {
            throw .invalidOption(
                name: Options().deltaT.name, value: "\(period)",
                expected:
                    "short enough for an update at the end of the pruning, after \(settings.pruneEndFraction ?? 0.5) of "
                    + "\(run.steps) steps and before the last topology update")
        }
        self.init(initial: initial, final: density, begin: begin, end: end)
    }
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
