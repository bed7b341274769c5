public import SparseParts

extension Method {
    static let topKAST = Method(
        name: "topkast",
        summary:
            "the largest weights are used, more are trained; sparse variant: what leaves returns to its initial value",
        citation: "Jayakumar, Pascanu, Rae, Osindero, Elsen; NeurIPS 2020; arXiv 2106.03517",
        options: [\.backwardDensity, \.explorationPenalty],
        preset: Settings {
            $0.distribution = "erk"
            $0.deltaT = .steps(2)
            $0.beginStep = 0
            $0.endFraction = 1
            $0.explorationPenalty = 1e-5
        },
        variants: [
            "paper": Settings {
                $0.distribution = "uniform"
                $0.deltaT = .steps(1)
            }
        ], initialTopology: .largestValues,
        hasForwardSet: true, initialDensity: stored,
        refusal: refusesGroups
    ) { settings, run throws(PolicyError) in
        // The clock is that of the other methods.
        let shared = try DropAndGrow(settings, run: run)
        return ForwardAndBackwardSets(clock: shared.clock, penalty: settings.explorationPenalty ?? 1e-5)
    }

    @Sendable private static func refusesGroups(_ structure: LayerStructure, _: Settings) -> String? {
        if case .groups = structure {
            "it stores more weights than it uses, and N:M says one number for both"
        } else {
            nil
        }
    }

    /// The density of what is stored and trained.
    @Sendable private static func stored(_ settings: Settings) throws(PolicyError) -> Double? {
        var settings = settings
        Options().backwardDensity.fillIn(&settings)
        let stored = settings.backwardDensity ?? settings.density
        guard stored >= settings.density && stored <= 1 else {
            throw .invalidOption(
                name: Options().backwardDensity.name, value: "\(stored)",
                expected: "at least the density of \(settings.density), at most 1")
        }
        return stored
    }
}

extension Options {
    /// Density of topkast's stored and trained weights, of which its forward pass uses `density`; twice that unless set.
    public var backwardDensity: Option<Double?> {
        .ofMethod(
            "backward-density", "D", .density, inWords: "twice --density", carryOver: .refused,
            "stored and trained weights of topkast, of which its forward pass uses --density"
        ).filledIn { min(1, 2 * $0.density) }
    }

    /// Coefficient of topkast's penalty.
    public var explorationPenalty: Option<Double?> {
        .ofMethod(
            "exploration-penalty", "C", .notNegative,
            "its penalty c w^2 / 2, over --density for weights not in the forward pass")
    }
}
