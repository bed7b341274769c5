public import SparseParts
internal import SparseStore

/// A grow rule whose score is the absolute value of a weighted sum of the latest batches' dense gradients.
protocol GradientScored: GrowRule {
    /// The batches that count, which sum to the score.
    func weighted(_ batches: [GradientBatch]) -> [GradientBatch]
}

/// Grows where the absolute dense gradient of the loss is largest (RigL, arXiv 1911.11134), averaged over the latest
/// batches. The gradient is streamed in tiles; it is never held. Of equal scores the lower positions come first, those
/// without gradient too when fewer have one than are to grow. A layer in which no candidate has a gradient, because every
/// path through it is lost, grows at random: only that can find a path again.
public struct GradientGrow: GradientScored {
    /// Batches averaged.
    public let gradientBatches: Int

    /// Grows by the mean gradient of so many of the last batches.
    public init(batches: Int = 1) {
        precondition(batches > 0, "growth by gradient needs at least one batch")
        gradientBatches = batches
    }

    public func grow(
        _ count: Int, in layer: LayerView, dropped: [Int], mayRegrow: Bool, context: UpdateContext
    ) throws(PolicyError) -> Growth {
        try Growth.byScore(
            count, of: weighted(layer.parameter.batches), in: layer, dropped: dropped, mayRegrow: mayRegrow, context)
    }

    /// The latest batches, which sum to their mean.
    func weighted(_ batches: [GradientBatch]) -> [GradientBatch] {
        var batches = Array(batches.suffix(gradientBatches))
        for index in batches.indices { batches[index].scale /= Float(batches.count) }
        return batches
    }
}

extension Growth {
    /// Growth at scored positions, ascending.
    init(_ chosen: [ScoredPosition]) {
        self.init(
            positions: chosen.map(\.position), threshold: chosen.map(\.score).min(),
            withoutGradient: chosen.count { $0.score == 0 })
    }

    /// The largest absolute sums of dense gradients of the batches, or random units where all are 0.
    static func byScore(
        _ count: Int, of batches: [GradientBatch], in layer: LayerView, dropped: [Int], mayRegrow: Bool,
        _ context: UpdateContext
    ) throws(PolicyError) -> Growth {
        var growth = try largest(count, of: batches, in: layer, dropped: dropped, mayRegrow: mayRegrow, context)
        if growth.withoutGradient == growth.positions.count {
            growth.positions =
                RandomGrow().grow(count, in: layer, dropped: dropped, mayRegrow: mayRegrow, context: context).positions
        }
        return growth
    }

    /// The largest absolute sums of dense gradients of the batches.
    static func largest(
        _ count: Int, of batches: [GradientBatch], in layer: LayerView, dropped: [Int], mayRegrow: Bool,
        _ context: UpdateContext
    ) throws(PolicyError) -> Growth {
        guard !batches.isEmpty else { throw .missingGradients(layer: layer.parameter.name, step: context.step) }
        let chosen: [ScoredPosition]
        do {
            chosen = try layer.parameter.matrix.largestGradients(
                of: DenseGradient(batches, reducer: context.reducer), count: count, stored: layer.positions,
                alsoEligible: mayRegrow ? dropped : [],
                workers: context.workers)
        } catch {
            throw .store(layer: layer.parameter.name, error)
        }
        return Growth(chosen)
    }
}

extension Options {
    /// Batches whose dense gradients are averaged to choose growth.
    public var gradientAccumulation: Option<Int?> {
        .ofMethod(
            "grad-accumulation", "BATCHES", .count, "batches whose dense gradients are averaged to choose growth")
    }
}
