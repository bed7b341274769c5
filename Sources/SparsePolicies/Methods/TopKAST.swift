extension Method {
    static let topKAST = Method(
        name: "topkast",
        summary:
            "the largest weights are used, more are trained; sparse variant: what leaves returns to its initial value",
        citation: "Jayakumar, Pascanu, Rae, Osindero, Elsen; NeurIPS 2020; arXiv 2106.03517",
        preset: MethodOptions(
            distribution: "erk", deltaT: .steps(2), beginStep: 0, endFraction: 1, explorationPenalty: 1e-5),
        variants: ["paper": MethodOptions(distribution: "uniform", deltaT: .steps(1))], initialTopology: .largestValues,
        hasForwardSet: true,
        refusal: refusesGroups
    ) { settings, run throws(PolicyError) in
        // The clock is that of the other methods.
        let shared = try DropAndGrow(settings, run: run)
        return ForwardAndBackwardSets(clock: shared.clock, penalty: settings.explorationPenalty ?? 1e-5)
    }

    private static func refusesGroups(_ structure: LayerStructure) -> String? {
        if case .groups = structure {
            "it stores more weights than it uses, and N:M says one number for both"
        } else {
            nil
        }
    }
}
