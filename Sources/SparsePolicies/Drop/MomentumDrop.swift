/// SNFS's drop (arXiv 1907.04840): the ceil(p n) smallest absolute values of each layer. A layer of more than 80 %
/// density with more than its share of the momentum loses no larger share than the sparsity that it has: it is full
/// because it is of use.
public struct MomentumDrop: DropRule {
    /// The rule has no settings.
    public init() {}

    public func victims(
        of layers: [LayerView], fraction: Double, context: UpdateContext
    ) -> [Victims] {
        let momenta = layers.map(MomentumBudget.meanMomentum)
        let sum = momenta.reduce(0, +)
        return zip(layers, momenta).map { layer, momentum in
            let sparsity = Double(layer.free) / Double(layer.count + layer.free)
            let isUseful = sum > 0 && momentum > 0 && 1 / Double(layers.count) / (momentum / sum) < 1
            let rate = sparsity < 0.2 && isUseful ? min(sparsity, fraction) : fraction
            let count = min(Int((rate * Double(layer.count)).rounded(.up)), layer.dropLimit)
            return Victims(replaced: SmallestScores.indices(count, of: layer.weights))
        }
    }
}
