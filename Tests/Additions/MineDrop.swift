/// Drops the one weight of a layer that is nearest to 0.
public struct MineDrop: LayerDropRule {
    public init() {}

    public func victims(of layer: LayerView, fraction: Double) -> [Int] {
        SmallestScores.indices(min(1, layer.dropLimit), of: layer.weights)
    }
}
