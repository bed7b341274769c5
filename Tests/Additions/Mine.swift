public import SparseParts

extension Method {
    /// Replaces the same share of the smallest weights at every update, and grows at random.
    static let mine = Method(
        name: "mine", summary: "drop the smallest weights, grow at random, the same share at every update",
        citation: "docs/CONTRIBUTING.md",
        options: [\.warmth],
        preset: Settings {
            $0.distribution = "erk"
            $0.deltaT = .steps(100)
            $0.beginStep = 0
            $0.endFraction = 0.75
            $0.dropRule = "magnitude"
            $0.growRule = "random"
            $0.regrow = .keepsValue
            $0.newValues = .zero
            $0.trainsOnUpdate = true
            $0.warmth = 0.7
        }
    ) { settings, run throws(PolicyError) in
        var policy = try DropAndGrow(settings, run: run)
        policy.schedule = ConstantFraction(1 - (settings.warmth ?? 0.7))
        return policy
    }
}
