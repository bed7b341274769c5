extension Method {
    static let deepR = Method(
        name: "deepr",
        summary: "weights of fixed sign walk at random; one that crosses 0 is moved elsewhere, every step",
        citation: "Bellec, Kappel, Maass, Legenstein; ICLR 2018; arXiv 1711.05136",
        preset: MethodOptions(
            distribution: "erk", deltaT: .steps(1), beginStep: 0, endFraction: 1, growRule: "random", noise: 1e-5,
            l1: 1e-5),
        variants: ["paper": MethodOptions(distribution: "uniform")], refusal: refusesBlocks
    ) { settings, run throws(PolicyError) in
        // The parts that it shares with the other methods.
        let shared = try DropAndGrow(settings, run: run)
        return DeepRewiring(
            clock: shared.clock, noise: settings.noise ?? 1e-5, l1: settings.l1 ?? 1e-5, grow: shared.grow)
    }

    /// Signs belong to single weights.
    private static func refusesBlocks(_ structure: LayerStructure) -> String? {
        if case .blocks = structure {
            "each weight goes when it crosses 0, and a block holds weights of both signs"
        } else {
            nil
        }
    }
}
