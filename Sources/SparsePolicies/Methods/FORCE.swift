internal import SparseParts

extension Method {
    static let force = Method(
        name: "force",
        summary: "SNIP in rounds of falling density, in which what is gone may come back",
        citation: "de Jorge, Sanyal, Behl, Torr, Rogez, Dokania; ICLR 2021; arXiv 2006.09081",
        preset: Settings {
            $0.rounds = 10
            $0.pruneSamples = 128
        },
        initialPruning: { InitialPruning($0, InitialPruning.sensitivity, revives: true) }
    )
}
