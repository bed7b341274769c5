extension Method {
    static let topKAST = Method(
        name: "topkast",
        summary:
            "the largest weights are used, more are trained; sparse variant: what leaves returns to its initial value",
        citation: "Jayakumar, Pascanu, Rae, Osindero, Elsen; NeurIPS 2020; arXiv 2106.03517",
        preset: MethodOptions(
            distribution: "uniform", deltaT: .steps(100), beginStep: 0, endFraction: 1, explorationPenalty: 1e-4),
        initialTopology: .largestValues, hasForwardSet: true,
        refusal: refusesStructures
    ) { settings, run throws(PolicyError) in
        // The clock is that of the other methods.
        let shared = try DropAndGrow(settings, run: run)
        return ForwardAndBackwardSets(clock: shared.clock, penalty: settings.explorationPenalty ?? 1e-4)
    }

    /// Both sets are the largest weights wherever they are.
    private static func refusesStructures(_ structure: LayerStructure) -> String? {
        structure == .unstructured ? nil : "it ranks single weights of the whole layer"
    }
}
