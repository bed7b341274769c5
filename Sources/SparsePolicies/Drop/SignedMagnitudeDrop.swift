/// SET's rule (Mocanu et al., Nature Communications 9:2383, 2018) with exact counts: of a layer's P positive and Q
/// negative weights the round(f P) and round(f Q) nearest to 0 go. Exact zeros count as positive, so they go first.
public struct SignedMagnitudeDrop: LayerDropRule {
    /// The rule has no settings.
    public init() {}

    public func victims(of layer: LayerView, fraction: Double) -> [Int] {
        let positive = layer.weights.indices.filter { layer.weights[$0] >= 0 }
        let negative = layer.weights.indices.filter { layer.weights[$0] < 0 }
        var fromPositive = Int((fraction * Double(positive.count)).rounded())
        var fromNegative = Int((fraction * Double(negative.count)).rounded())
        let wanted = fromPositive + fromNegative
        if wanted > layer.dropLimit {
            fromPositive = fromPositive * layer.dropLimit / wanted
            fromNegative = layer.dropLimit - fromPositive
        }
        return (smallest(fromPositive, of: positive, in: layer) + smallest(fromNegative, of: negative, in: layer))
            .sorted()
    }

    private func smallest(_ count: Int, of indices: [Int], in layer: LayerView) -> [Int] {
        SmallestScores.indices(count, of: indices.map { layer.weights[$0] }).map { indices[$0] }
    }
}
