public import SparseStore

/// The mean over the outputs of (output - target)^2. For classes the target is 1 for the sample's class and 0 for others.
public struct MeanSquaredError: Loss {
    public var name: String { "mse" }

    /// The loss has no settings.
    public init() {}

    public func fault(for targets: TargetKind, outputs: ActivationShape) -> String? {
        SparseModels.fault(of: name, for: targets, outputs: outputs, takesNumbers: true)
    }

    /// Outputs were pulled towards 1 for the class and 0 for others: those below 0 count as 0, and the rest is divided by its sum.
    public func probabilities(_ outputs: ArraySlice<Float>) -> [Float] {
        let shares = outputs.map { max($0, 0) }
        let sum = shares.reduce(0, +)
        return sum > 0 ? shares.map { $0 / sum } : shares.map { _ in 1 / Float(shares.count) }
    }

    public func evaluate(_ outputs: Panels, targets: Targets, samples: Int, gradient: Panels, panel: Int) -> Double {
        switch targets {
        case .classes(let labels):
            LossOperations.meanSquaredError(outputs, labels: labels, samples: samples, gradient: gradient, panel: panel)
        case .numbers(let numbers):
            LossOperations.meanSquaredError(
                outputs, numbers: numbers, samples: samples, gradient: gradient, panel: panel)
        case .tokens, .none: preconditionFailure("a squared error needs numbers")
        }
    }
}
