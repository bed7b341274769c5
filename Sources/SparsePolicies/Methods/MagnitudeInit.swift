internal import SparseParts

extension Method {
    static let magnitudeInit = Method(
        name: "magnitude-init",
        summary: "a dense random network of which the largest weights are kept",
        citation: "Frankle, Dziugaite, Roy, Carbin; ICLR 2021; arXiv 2009.08576",
        initialPruning: { InitialPruning($0, .magnitude) }
    )
}
