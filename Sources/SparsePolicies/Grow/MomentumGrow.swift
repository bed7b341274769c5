internal import Foundation
public import SparseParts
internal import SparseStore

/// Grows where the momentum of the dense gradient is largest (SNFS, arXiv 1907.04840), without ever holding a dense
/// momentum: M = sum over j of mu^j g(t - j) is replayed from the last J batches in one streamed pass. What older
/// batches would add has weight mu^J or less (0.0097 for mu 0.9 and J 44). With Adam it is the first moment that is
/// replayed: the second remembers a thousand batches, more than any window.
public struct MomentumGrow: GradientScored {
    /// mu; 0 scores by the latest gradient alone.
    public let coefficient: Double
    /// J.
    public let gradientBatches: Int

    /// Grows by the momentum of coefficient mu over the last `window` batches.
    public init(coefficient: Double, window: Int) {
        precondition(window > 0 && coefficient >= 0 && coefficient < 1, "a momentum window needs a batch and mu < 1")
        self.coefficient = coefficient
        gradientBatches = window
    }

    /// Weight of the first batch that the window no longer sees.
    public var residual: Double { pow(coefficient, Double(gradientBatches)) }

    public func grow(
        _ count: Int, in layer: LayerView, dropped: [Int], mayRegrow: Bool, context: UpdateContext
    ) throws(PolicyError) -> Growth {
        let batches = weighted(layer.parameter.batches)
        var growth = try Growth.byScore(
            count, of: batches, in: layer, dropped: dropped, mayRegrow: mayRegrow, context)
        if canSetMomentum(of: layer) {
            growth.momenta = layer.parameter.matrix.denseGradient(
                of: DenseGradient(batches, reducer: context.reducer), at: growth.positions, workers: context.workers)
        }
        return growth
    }

    /// The window's batches, which sum to the momentum.
    func weighted(_ batches: [GradientBatch]) -> [GradientBatch] {
        var batches = Array(batches.suffix(gradientBatches))
        for (age, index) in batches.indices.reversed().enumerated() {
            batches[index].scale *= Float(pow(coefficient, Double(age)))
        }
        return batches
    }

    /// A new weight starts with the momentum that it would have had, where that is all that the optimiser keeps: with a second
    /// moment of 0 beside it, as in Adam, the first step would be far too long. Without momentum there is nothing to set.
    private func canSetMomentum(of layer: LayerView) -> Bool { layer.states == [.momentum] }
}

extension Options {
    /// Momentum coefficient of the grow rule `momentum`.
    public var growMomentum: Option<Double?> {
        .ofMethod(
            "grow-momentum", "M", .belowOne, inWords: "the optimiser's", "coefficient of the grow rule momentum")
    }

    /// Batches from which the grow rule `momentum` replays the momentum.
    public var growWindow: Option<Int?> {
        .ofMethod("grow-window", "BATCHES", .count, "batches from which it replays the momentum")
    }
}
