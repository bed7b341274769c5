extension Method {
    static let srigl = Method(
        name: "srigl", summary: "RigL with the same number of inputs for every output; idle outputs are ablated",
        citation: "Lasby, Golubeva, Evci, Nica, Ioannou; ICLR 2024; arXiv 2305.02299",
        preset: MethodOptions(
            distribution: "erk", deltaT: .steps(100), beginStep: 0, endFraction: 0.75, dropFraction: 0.3, dropFloor: 0,
            dropSchedule: "cosine", gradAccumulation: 1, appliesWeightsOnUpdate: false, ablation: 0.3),
        initialTopology: .constantFanIn,
        refusal: refusesGroups
    ) { settings, run throws(PolicyError) in
        // The parts that it shares with RigL.
        let shared = try DropAndGrow(settings, run: run)
        return ConstantFanIn(
            clock: shared.clock, schedule: shared.schedule, gradientBatches: settings.gradAccumulation ?? 1,
            ablation: settings.ablation ?? 0.3, appliesWeightsOnUpdate: shared.appliesWeightsOnUpdate)
    }

    /// The method has a structure of its own.
    private static func refusesGroups(_ structure: LayerStructure) -> String? {
        if case .groups = structure {
            "it says itself how many inputs an output has, and ablated ones have none"
        } else {
            nil
        }
    }
}
