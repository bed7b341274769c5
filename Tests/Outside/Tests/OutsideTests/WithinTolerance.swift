import SparseTraining

/// Share of the numbers that are met to within a tolerance.
struct WithinTolerance: Metric {
    var tolerance: Float = 0.2
    var name: String { "within" }
    var isBetterHigher: Bool { true }

    func sumCount(outputs: Int) -> Int { 1 }

    func add(_ outputs: Panels, targets: Targets, samples: Int, panel: Int, to sums: MetricSlots) {
        guard case .numbers(let numbers) = targets else { return }
        for sample in 32 * panel..<min(samples, 32 * panel + 32) {
            for channel in 0..<outputs.channels
            where abs(outputs[sample, channel] - numbers[sample, channel]) <= tolerance {
                sums[0] += 1 / Double(outputs.channels)
            }
        }
    }

    func value(_ sums: ArraySlice<Double>, samples: Int, meanLoss: Double) -> Double? {
        sums.first.map { $0 / Double(samples) }
    }
}
