internal import SparseParts

extension Method {
    static let randomPrune = Method(
        name: "random-prune",
        summary:
            "a dense random network of which random connections are kept: the control of pruning at initialisation",
        citation: "Frankle, Dziugaite, Roy, Carbin; ICLR 2021; arXiv 2009.08576",
        initialPruning: { InitialPruning($0, .random) }
    )
}
