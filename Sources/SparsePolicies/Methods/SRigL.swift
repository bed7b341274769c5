public import SparseParts

extension Method {
    static let srigl = Method(
        name: "srigl", summary: "RigL with the same number of inputs for every output; idle outputs are ablated",
        citation: "Lasby, Golubeva, Evci, Nica, Ioannou; ICLR 2024; arXiv 2305.02299",
        options: [\.ablation],
        preset: Settings {
            $0.distribution = "erk"
            $0.deltaT = .steps(100)
            $0.beginStep = 0
            $0.endFraction = 0.75
            $0.dropFraction = 0.3
            $0.dropFloor = 0
            $0.dropSchedule = "cosine"
            $0.gradientAccumulation = 1
            $0.trainsOnUpdate = false
            $0.ablation = 0.3
        },
        initialTopology: .constantFanIn,
        refusal: refusesGroups
    ) { settings, run throws(PolicyError) in
        // The parts that it shares with RigL.
        let shared = try DropAndGrow(settings, run: run)
        return ConstantFanIn(
            clock: shared.clock, schedule: shared.schedule, gradientBatches: settings.gradientAccumulation ?? 1,
            ablation: settings.ablation ?? 0.3, trainsOnUpdate: shared.trainsOnUpdate)
    }

    /// The method has a structure of its own.
    @Sendable private static func refusesGroups(_ structure: LayerStructure, _: Settings) -> String? {
        if case .groups = structure {
            "it says itself how many inputs an output has, and ablated ones have none"
        } else {
            nil
        }
    }
}

extension Options {
    /// Share of the inputs of an output that must be salient for it to stay, of srigl; 0 keeps all outputs.
    public var ablation: Option<Double?> {
        .ofMethod("ablation", "F", .fraction, "share of salient inputs that keeps an output (srigl)")
    }
}
