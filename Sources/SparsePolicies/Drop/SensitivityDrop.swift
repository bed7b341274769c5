public import SparseParts

/// Drops the smallest |w| + lambda |g| of each layer, g the loss gradient of the latest batch at the stored weights
/// (MEST, Yuan et al., NeurIPS 2021, arXiv 2110.14032). With lambda 0 this is magnitude.
public struct SensitivityDrop: LayerDropRule {
    /// Weight of the gradient.
    public let lambda: Double

    /// Scores with the gradient weighed by `lambda`.
    public init(lambda: Double) { self.lambda = lambda }

    public func victims(of layer: LayerView, fraction: Double) -> [Int] {
        let count = min(Int((fraction * Double(layer.count)).rounded(.up)), layer.dropLimit)
        return SmallestScores.indices(count, of: scores(of: layer))
    }

    /// |w| + lambda |g|.
    func scores(of layer: LayerView) -> [Float] {
        guard lambda != 0 else { return layer.weights }
        return zip(layer.weights, layer.gradients).map { $0.magnitude + Float(lambda) * $1.magnitude }
    }
}

extension Options {
    /// Weight of the gradient in the drop rule `sensitivity`.
    public var dropLambda: Option<Double?> {
        .ofMethod("drop-lambda", "L", .notNegative, "weight of the gradient in the drop rule sensitivity")
    }
}
