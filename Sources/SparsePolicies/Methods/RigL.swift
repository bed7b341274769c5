internal import SparseParts

extension Method {
    static let rigl = Method(
        name: "rigl", summary: "drop the smallest weights, grow where the dense gradient is largest",
        citation: "Evci, Gale, Menick, Castro, Elsen; ICML 2020; arXiv 1911.11134",
        preset: Settings {
            $0.distribution = "erk"
            $0.deltaT = .steps(100)
            $0.beginStep = 0
            $0.endFraction = 0.75
            $0.dropRule = "magnitude"
            $0.dropFraction = 0.3
            $0.dropFloor = 0
            $0.dropSchedule = "cosine"
            $0.growRule = "gradient"
            $0.gradientAccumulation = 1
            $0.regrow = .keepsValue
            $0.newValues = .zero
            $0.trainsOnUpdate = false
        }
    ) { settings, run throws(PolicyError) in try DropAndGrow(settings, run: run) }
}
