public import SparseStore

/// Share of the samples whose class has an output above 0.
public struct MineMetric: Metric {
    public var name: String { "mine" }
    public var isBetterHigher: Bool { true }

    public init() {}

    public func isUsual(for targets: TargetKind) -> Bool { true }

    public func fault(for targets: TargetKind) -> String? {
        if case .classes = targets { nil } else { "a metric of something else than classes" }
    }

    public func sumCount(outputs: Int) -> Int { 1 }

    public func add(_ outputs: Panels, targets: Targets, samples: Int, panel: Int, to sums: MetricSlots) {
        guard case .classes(let labels) = targets else { preconditionFailure("the metric 'mine' needs classes") }
        for sample in Panels.lanes * panel..<min(samples, Panels.lanes * (panel + 1))
        where outputs[sample, Int(labels[sample])] > 0 {
            sums[0] += 1
        }
    }

    public func value(_ sums: ArraySlice<Double>, samples: Int, meanLoss: Double) -> Double? {
        sums.first.map { $0 / Double(samples) }
    }
}
