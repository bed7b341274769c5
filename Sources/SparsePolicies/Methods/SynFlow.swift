internal import SparseParts

extension Method {
    static let synFlow = Method(
        name: "synflow",
        summary: "a dense random network pruned in rounds by how much flows through each weight, without data",
        citation: "Tanaka, Kunin, Yamins, Ganguli; NeurIPS 2020; arXiv 2006.05467",
        preset: Settings {
            $0.distribution = "uniform"
            $0.scope = .global
            $0.rounds = 100
        },
        movesWeights: true, initialPruning: { InitialPruning($0, signal: .flowGradient) { weight, gradient in (weight * gradient).magnitude } },
        refusal: InitialPruning.refusal
    ) { _, _ in StaticPolicy() }
}
