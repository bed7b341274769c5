internal import SparseParts

extension Method {
    static let snip = Method(
        name: "snip",
        summary: "a dense random network of which the weights are kept that the loss would miss most, |w g|",
        citation: "Lee, Ajanthan, Torr; ICLR 2019; arXiv 1810.02340",
        preset: Settings {
            $0.distribution = "uniform"
            $0.scope = .global
            $0.pruneSamples = 128
        },
        movesWeights: true, initialPruning: { InitialPruning($0, signal: .lossGradient) { weight, gradient in (weight * gradient).magnitude } },
        refusal: InitialPruning.refusal
    ) { _, _ in StaticPolicy() }
}
