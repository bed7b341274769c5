internal import SparseParts

extension Method {
    static let randomPrune = Method(
        name: "random-prune",
        summary: "a dense random network of which random connections are kept: the control of pruning at initialisation",
        citation: "Frankle, Dziugaite, Roy, Carbin; Pruning neural networks at initialization: why are we missing the mark?; ICLR 2021; arXiv 2009.08576",
        preset: Settings {
            $0.distribution = "uniform"
            $0.scope = .global
        },
        movesWeights: true, initialPruning: { InitialPruning($0, signal: .chance) { _, chance in chance } },
        refusal: InitialPruning.refusal
    ) { _, _ in StaticPolicy() }
}
