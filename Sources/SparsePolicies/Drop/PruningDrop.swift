internal import SparseStore

/// Gradual pruning (Zhu, Gupta; 2017; arXiv 1710.01878): what exceeds the density due goes for good, the smallest weights first: of all
/// layers together, or in each layer by itself, every layer then having that density.
public struct PruningDrop: DropRule {
    /// Density due at each step of the pruning.
    public let density: CubicDensity
    /// What weights compete with each other.
    public let scope: PruningScope

    /// Drops what exceeds the density due.
    public init(density: CubicDensity, scope: PruningScope = .global) { (self.density, self.scope) = (density, scope) }

    public var followsSchedule: Bool { false }

    public func victims(of layers: [LayerView], fraction: Double, context: UpdateContext) -> [Victims] {
        removed(from: layers, step: context.step).map { Victims(replaced: [], removed: $0) }
    }

    /// Of each layer the indices of what goes at a step, ascending.
    func removed(from layers: [LayerView], step: Int) -> [[Int]] {
        guard let density = density.density(at: step) else { return layers.map { _ in [] } }
        func surplus(_ layers: [LayerView]) -> Int {
            let positions = layers.map { $0.count + $0.free }.reduce(0, +)
            return max(0, layers.map(\.count).reduce(0, +) - StoredCount.of(density: density, positions: positions))
        }
        switch scope {
        case .global: return GlobalSmallest.indices(surplus(layers), of: layers.map(\.weights))
        case .layer: return layers.map { SmallestScores.indices(surplus([$0]), of: $0.weights) }
        }
    }
}
