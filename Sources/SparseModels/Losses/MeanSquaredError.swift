public import SparseStore

/// The mean over the outputs of (output - target)^2. For classes the target is 1 for the sample's class and 0 for others.
public struct MeanSquaredError: Loss {
    public var name: String { "mse" }

    public init() {}

    public func fault(for targets: TargetKind, outputs: ActivationShape) -> String? {
        SparseModels.fault(of: name, for: targets, outputs: outputs, takesNumbers: true)
    }

    public func evaluate(_ outputs: Panels, targets: Targets, samples: Int, gradient: Panels, panel: Int) -> Double {
        switch targets {
        case .classes(let labels):
            LossOperations.meanSquaredError(outputs, labels: labels, samples: samples, gradient: gradient, panel: panel)
        case .numbers(let numbers):
            LossOperations.meanSquaredError(
                outputs, numbers: numbers, samples: samples, gradient: gradient, panel: panel)
        case .none: preconditionFailure("a squared error needs targets")
        }
    }
}
