internal import SparseParts

extension Method {
    static let iterativeSNIP = Method(
        name: "iterative-snip",
        summary: "SNIP in rounds of falling density; what is gone stays gone",
        citation: "de Jorge, Sanyal, Behl, Torr, Rogez, Dokania; ICLR 2021; arXiv 2006.09081",
        preset: Settings {
            $0.rounds = 10
            $0.pruneSamples = 128
        },
        initialPruning: { InitialPruning($0, InitialPruning.sensitivity) }
    )
}
