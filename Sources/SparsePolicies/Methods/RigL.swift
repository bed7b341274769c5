extension Method {
    static let rigl = Method(
        name: "rigl", summary: "drop the smallest weights, grow where the dense gradient is largest",
        citation: "Evci, Gale, Menick, Castro, Elsen; ICML 2020; arXiv 1911.11134",
        preset: MethodOptions(
            distribution: "erk", deltaT: .steps(100), beginStep: 0, endFraction: 0.75, dropRule: "magnitude",
            dropFraction: 0.3, dropFloor: 0, dropSchedule: "cosine", growRule: "gradient", gradAccumulation: 1,
            regrowth: .keepsValue, newValues: "zero", appliesWeightsOnUpdate: false)
    ) { settings, run throws(PolicyError) in try DropAndGrow(settings, run: run) }
}
