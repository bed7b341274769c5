public import SparseStore

/// The mean over the outputs of (output - target)^2, where the target is 1 for the label's class and 0 for others.
public struct MeanSquaredError: Loss {
    public var name: String { "mse" }

    public init() {}

    public func evaluate(
        _ logits: Panels, labels: AlignedBuffer<Int32>, samples: Int, gradient: Panels, panel: Int
    ) -> LossSum {
        LossOperations.meanSquaredError(logits, labels: labels, samples: samples, gradient: gradient, panel: panel)
    }
}
