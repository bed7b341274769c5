internal import SparseParts

extension Method {
    static let snip = Method(
        name: "snip",
        summary: "a dense random network of which the weights are kept that the loss would miss most, |w g|",
        citation: "Lee, Ajanthan, Torr; ICLR 2019; arXiv 1810.02340",
        preset: Settings {
            $0.pruneSamples = 100
        },
        initialPruning: { InitialPruning($0, InitialPruning.sensitivity) }
    )
}
