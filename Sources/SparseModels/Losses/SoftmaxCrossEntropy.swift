public import SparseParts
public import SparseStore

/// Softmax cross-entropy with label smoothing (Szegedy, Vanhoucke, Ioffe, Shlens, Wojna, "Rethinking the inception
/// architecture", CVPR 2016): the target is smoothing / classes for each class, plus 1 - smoothing for the label's.
public struct SoftmaxCrossEntropy: Loss {
    public var name: String { "cross-entropy" }
    /// Share of the target that all classes have alike, from 0 to below 1; 0 for plain labels.
    public let labelSmoothing: Float
    /// What the loss of a sample of each class is multiplied by; nil: 1. The sum is divided by the number of samples all the same, so
    /// that a sample's part of the gradient does not depend on its batch.
    private let weights: AlignedBuffer<Float>?
    /// With the labels as they are.
    public var measured: any Loss { SoftmaxCrossEntropy() }

    /// - Parameter labelSmoothing: In 0 ..< 1.
    public init(labelSmoothing: Float = 0) {
        precondition(labelSmoothing >= 0 && labelSmoothing < 1, "label smoothing is at least 0 and less than 1")
        self.init(labelSmoothing: labelSmoothing, weights: nil)
    }

    private init(labelSmoothing: Float, weights: AlignedBuffer<Float>?) {
        (self.labelSmoothing, self.weights) = (labelSmoothing, weights)
    }

    public func weighted(by weights: [Float]) -> (any Loss)? {
        SoftmaxCrossEntropy(labelSmoothing: labelSmoothing, weights: AlignedBuffer(weights))
    }

    public func fault(for targets: TargetKind, outputs: ActivationShape) -> String? {
        SparseModels.fault(of: name, for: targets, outputs: outputs, takesNumbers: false)
    }

    public func evaluate(_ outputs: Panels, targets: Targets, samples: Int, gradient: Panels, panel: Int) -> Double {
        switch targets {
        case .classes(let labels):
            LossOperations.softmaxCrossEntropy(
                outputs, labels: labels, samples: samples, smoothing: labelSmoothing, weights: weights,
                gradient: gradient, panel: panel)
        case .tokens(let tokens, let counted):
            LossOperations.softmaxCrossEntropy(
                outputs, tokens: tokens, counted: counted, samples: samples, smoothing: labelSmoothing,
                gradient: gradient, panel: panel)
        case .numbers, .none: preconditionFailure("a cross-entropy needs classes")
        }
    }
}

extension Options {
    /// Probability mass spread evenly over all classes.
    public var labelSmoothing: Option<Double> {
        Option(
            "label-smoothing", .optimisation, "P", .belowOne, default: 0,
            "probability mass spread evenly over all classes"
        ).refused(with: [\.loss], "only cross-entropy smooths labels") {
            $0.loss != "cross-entropy" && $0.labelSmoothing > 0
        }
    }
}
