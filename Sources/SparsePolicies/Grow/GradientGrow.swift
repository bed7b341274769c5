internal import SparseStore

/// Grows where the absolute dense gradient of the loss is largest (RigL, arXiv 1911.11134), averaged over the latest
/// batches. The gradient is streamed in tiles; it is never held. When fewer units have a gradient than are to grow,
/// as in a layer without any path, the total order decides: the lowest positions come first.
public struct GradientGrow: GrowRule {
    /// Batches averaged.
    public let gradientBatches: Int

    public init(batches: Int = 1) {
        precondition(batches > 0, "growth by gradient needs at least one batch")
        gradientBatches = batches
    }

    public func grow(
        _ count: Int, in layer: LayerView, dropped: [Int], mayRegrow: Bool, context: UpdateContext
    ) throws(PolicyError) -> Growth {
        var batches = Array(layer.parameter.batches.suffix(gradientBatches))
        guard !batches.isEmpty else { throw .missingGradients(layer: layer.parameter.name, step: context.step) }
        for index in batches.indices { batches[index].scale /= Float(batches.count) }
        let chosen: [ScoredPosition]
        do {
            chosen = try layer.parameter.matrix.largestGradients(
                of: batches, count: count, alsoEligible: mayRegrow ? dropped : [], workers: context.workers)
        } catch {
            throw .store(layer: layer.parameter.name, error)
        }
        return Growth(
            positions: chosen.map(\.position).sorted(), threshold: chosen.map(\.score).min(),
            withoutGradient: chosen.reduce(0) { $0 + ($1.score == 0 ? 1 : 0) })
    }
}
