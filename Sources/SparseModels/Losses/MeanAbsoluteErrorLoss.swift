public import SparseStore

/// The mean over the outputs of |output - target|, which outliers move less than a squared error.
public struct MeanAbsoluteErrorLoss: Loss {
    public var name: String { "mae" }

    /// The loss has no settings.
    public init() {}

    public func fault(for targets: TargetKind, outputs: ActivationShape) -> String? {
        faultOfNumbers(of: name, for: targets, outputs: outputs)
    }

    public func evaluate(_ outputs: Panels, targets: Targets, samples: Int, gradient: Panels, panel: Int) -> Double {
        guard case .numbers(let numbers) = targets else { preconditionFailure("an absolute error needs numbers") }
        return LossOperations.meanAbsoluteError(
            outputs, numbers: numbers, samples: samples, gradient: gradient, panel: panel)
    }
}
