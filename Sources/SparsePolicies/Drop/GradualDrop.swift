internal import SparseStore

/// GraNet's rule (Liu et al., NeurIPS 2021, arXiv 2106.10404): while pruning lasts, the smallest weights of all layers
/// together are removed for good until the density is that of a cubic schedule; then in each layer a share of what is
/// left is dropped, to be replaced.
public struct GradualDrop: DropRule {
    /// Density due at each step of the pruning.
    public let density: CubicDensity

    /// Drops what exceeds the density due.
    public init(density: CubicDensity) { self.density = density }

    public func victims(
        of layers: [LayerView], fraction: Double, context: UpdateContext
    ) -> [Victims] {
        let removed = PruningDrop(density: density).removed(from: layers, step: context.step)
        return zip(layers, removed).map { layer, removed in
            let count = Int((fraction * Double(layer.count - removed.count)).rounded(.up))
            // What is removed from a layer are its smallest weights: the next ones are dropped.
            let all = SmallestScores.indices(removed.count + count, of: layer.weights)
            return Victims(replaced: SortedPositions.subtract(removed, from: all), removed: removed)
        }
    }
}
