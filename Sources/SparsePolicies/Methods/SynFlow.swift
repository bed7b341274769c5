internal import SparseParts

extension Method {
    static let synFlow = Method(
        name: "synflow",
        summary: "a dense random network pruned in rounds by how much flows through each weight, without data",
        citation: "Tanaka, Kunin, Yamins, Ganguli; NeurIPS 2020; arXiv 2006.05467",
        preset: Settings {
            $0.rounds = 100
        },
        initialPruning: { InitialPruning($0, .flow) }
    )
}
