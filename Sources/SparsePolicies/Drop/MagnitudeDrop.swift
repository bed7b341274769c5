/// Drops the smallest absolute values of each layer: int(f n) of them as in RigL's code, or ceil(f n) as in SNFS, ITOP
/// and GraNet.
public struct MagnitudeDrop: LayerDropRule {
    /// How f n becomes a number of units.
    public let rounding: FloatingPointRoundingRule

    /// Drops the share due, `rounding` its number of units.
    public init(rounding: FloatingPointRoundingRule = .down) { self.rounding = rounding }

    public func victims(of layer: LayerView, fraction: Double) -> [Int] {
        let count = Int((fraction * Double(layer.count)).rounded(rounding))
        return SmallestScores.indices(min(count, layer.dropLimit), of: layer.weights)
    }
}
