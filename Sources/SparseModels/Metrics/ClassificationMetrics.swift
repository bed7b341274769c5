public import SparseStore

/// Share of the samples whose class is among those of the `k` largest outputs; of equal outputs the lower class comes first.
/// Called "accuracy" for the largest alone, else "top5" and the like.
public struct TopAccuracy: Metric {
    /// How many of the largest outputs count.
    public let k: Int
    public var name: String { k == 1 ? "accuracy" : "top\(k)" }
    public var isBetterHigher: Bool { true }

    /// - Parameter k: At least 1.
    public init(_ k: Int) {
        precondition(k > 0, "the largest outputs are at least one")
        self.k = k
    }

    public func fault(for targets: TargetKind) -> String? {
        switch targets {
        case .classes, .tokens: nil
        default: "a metric that needs no classes, which the samples do not have"
        }
    }
    public func isUsual(for targets: TargetKind) -> Bool { true }

    /// With no more than `k` - 1 outputs every sample would count: nothing is said then.
    public func sumCount(outputs: Int) -> Int { outputs < k ? 0 : 1 }

    public func add(_ outputs: Panels, targets: Targets, samples: Int, panel: Int, to sums: MetricSlots) {
        if outputs.channels < k { return }
        let hits =
            switch targets {
            case .classes(let labels):
                LossOperations.hits(outputs, labels: labels, samples: samples, panel: panel, within: k)
            case .tokens(let tokens, _):
                LossOperations.hits(outputs, tokens: tokens, samples: samples, panel: panel, within: k)
            case .numbers, .none: preconditionFailure("\(name) needs classes")
            }
        sums[0] += Double(hits)
    }

    public func value(_ sums: ArraySlice<Double>, samples: Int, meanLoss: Double) -> Double? {
        sums.first.map { $0 / Double(samples) }
    }
}
