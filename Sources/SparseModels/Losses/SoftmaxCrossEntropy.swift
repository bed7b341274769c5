public import SparseStore

/// Softmax cross-entropy with label smoothing (Szegedy, Vanhoucke, Ioffe, Shlens, Wojna, "Rethinking the inception
/// architecture", CVPR 2016): the target is smoothing / classes for each class, plus 1 - smoothing for the label's.
public struct SoftmaxCrossEntropy: Loss {
    public var name: String { "cross-entropy" }
    public let labelSmoothing: Float
    /// With the labels as they are.
    public var measured: any Loss { SoftmaxCrossEntropy() }

    /// - Parameter labelSmoothing: In 0 ..< 1.
    public init(labelSmoothing: Float = 0) {
        precondition(labelSmoothing >= 0 && labelSmoothing < 1, "label smoothing is at least 0 and less than 1")
        self.labelSmoothing = labelSmoothing
    }

    public func evaluate(
        _ logits: Panels, labels: AlignedBuffer<Int32>, samples: Int, gradient: Panels, panel: Int
    ) -> LossSum {
        LossOperations.softmaxCrossEntropy(
            logits, labels: labels, samples: samples, smoothing: labelSmoothing, gradient: gradient, panel: panel)
    }
}
