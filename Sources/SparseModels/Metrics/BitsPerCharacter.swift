internal import Foundation
public import SparseStore

/// The mean loss of a token in bits, for a loss that is a cross-entropy in nats: bits a character where the tokens are characters,
/// bits a byte where they are bytes.
public struct BitsPerCharacter: Metric {
    public var name: String { "bits_per_character" }
    public var isBetterHigher: Bool { false }

    /// The metric has no settings.
    public init() {}

    public func fault(for targets: TargetKind) -> String? {
        targets.areTokens ? nil : "a metric that needs no tokens, which the samples are not"
    }
    public func isUsual(for targets: TargetKind) -> Bool { true }
    public func sumCount(outputs: Int) -> Int { 0 }
    public func add(_ outputs: Panels, targets: Targets, samples: Int, panel: Int, to sums: MetricSlots) {}
    public func value(_ sums: ArraySlice<Double>, samples: Int, meanLoss: Double) -> Double? { meanLoss / log(2) }
}
