public import SparseParts

extension Method {
    static let deepR = Method(
        name: "deepr",
        summary: "weights of fixed sign walk at random; one that crosses 0 is moved elsewhere, every step",
        citation: "Bellec, Kappel, Maass, Legenstein; ICLR 2018; arXiv 1711.05136",
        options: [\.noise, \.l1],
        preset: Settings {
            $0.distribution = "erk"
            $0.deltaT = .steps(1)
            $0.beginStep = 0
            $0.endFraction = 1
            $0.growRule = "random"
            $0.noise = 1e-5
            $0.l1 = 1e-5
        },
        variants: ["paper": Settings { $0.distribution = "uniform" }], refusal: refusesBlocks
    ) { settings, run throws(PolicyError) in
        // The parts that it shares with the other methods.
        let shared = try DropAndGrow(settings, run: run)
        return DeepRewiring(
            clock: shared.clock, noise: settings.noise ?? 1e-5, l1: settings.l1 ?? 1e-5, grow: shared.grow)
    }

    /// Signs belong to single weights.
    @Sendable private static func refusesBlocks(_ structure: LayerStructure, _: Settings) -> String? {
        if case .blocks = structure {
            "each weight goes when it crosses 0, and a block holds weights of both signs"
        } else {
            nil
        }
    }
}

extension Options {
    /// Standard deviation of the random walk of deepr's weights, per unit of learning rate.
    public var noise: Option<Double?> {
        .ofMethod(
            "noise", "D", .notNegative,
            "standard deviation of the weights' random walk, per unit of learning rate (deepr)")
    }

    /// Pull of deepr's weights towards 0, per unit of learning rate.
    public var l1: Option<Double?> {
        .ofMethod(
            "l1", "L", .notNegative, "pull of the weights towards 0, per unit of learning rate (deepr)")
    }
}
