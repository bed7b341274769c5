internal import Foundation
public import SparseStore

/// For several labels of a sample: the mean over the labels of the cross-entropy between the truth, 0 or 1, and the sigmoid of the
/// output.
public struct BinaryCrossEntropy: Loss {
    public var name: String { "binary-cross-entropy" }

    /// The loss has no settings.
    public init() {}

    public func fault(for targets: TargetKind, outputs: ActivationShape) -> String? {
        guard case .labels(let count) = targets else {
            return "the loss '\(name)' needs labels, and the samples have \(targets); try \(targets.usualLoss)"
        }
        guard outputs.rows * outputs.columns == 1, outputs.elements == count else {
            return
                "the loss '\(name)' takes one output for each of the \(count) labels, and the model ends with \(outputs)"
        }
        return nil
    }

    /// Of each label by itself: they do not add up to 1.
    public func probabilities(_ outputs: ArraySlice<Float>) -> [Float] {
        outputs.map { Float(1 / (1 + exp(-Double($0)))) }
    }

    public func evaluate(_ outputs: Panels, targets: Targets, samples: Int, gradient: Panels, panel: Int) -> Double {
        guard case .numbers(let truths) = targets else { preconditionFailure("a binary cross-entropy needs labels") }
        return LossOperations.binaryCrossEntropy(
            outputs, truths: truths, samples: samples, gradient: gradient, panel: panel)
    }
}
