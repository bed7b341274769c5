internal import SparseParts

extension Method {
    static let grasp = Method(
        name: "grasp",
        summary: "a dense random network of which the weights are kept that the flow of the gradient needs most, w H g",
        citation: "Wang, Zhang, Grosse; ICLR 2020; arXiv 2002.07376",
        preset: Settings {
            $0.pruneSamples = 250
        },
        initialPruning: { InitialPruning($0, .gradientFlow(temperature: 200)) }
    )
}
