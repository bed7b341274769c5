internal import Foundation
public import SparseStore

/// exp(mean loss): how many outcomes a model is in doubt between, for a loss that is a cross-entropy in nats.
public struct Perplexity: Metric {
    public var name: String { "perplexity" }
    public var isBetterHigher: Bool { false }

    /// The metric has no settings.
    public init() {}

    public func isUsual(for targets: TargetKind) -> Bool { targets == .none || targets.areTokens }
    public func inUnits(of deviations: [Float]) -> (any Metric)? { self }
    public func sumCount(outputs: Int) -> Int { 0 }
    public func add(_ outputs: Panels, targets: Targets, samples: Int, panel: Int, to sums: MetricSlots) {}
    public func value(_ sums: ArraySlice<Double>, samples: Int, meanLoss: Double) -> Double? { exp(meanLoss) }
}
