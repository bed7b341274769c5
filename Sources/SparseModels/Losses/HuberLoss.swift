public import SparseParts
public import SparseStore

/// The mean over the outputs of a squared error near the target, and of an absolute error far from it (P. Huber, "Robust
/// estimation of a location parameter", 1964): d^2 / 2 where d = |output - target| is at most `delta`, else
/// delta (d - delta / 2).
public struct HuberLoss: Loss {
    public var name: String { "huber" }
    /// Where the square ends; in deviations of the target, where targets are standardised.
    public let delta: Float

    /// - Parameter delta: Above 0.
    public init(delta: Float = 1) {
        precondition(delta > 0, "the square ends at a distance above 0")
        self.delta = delta
    }

    public func fault(for targets: TargetKind, outputs: ActivationShape) -> String? {
        faultOfNumbers(of: name, for: targets, outputs: outputs)
    }

    public func evaluate(_ outputs: Panels, targets: Targets, samples: Int, gradient: Panels, panel: Int) -> Double {
        guard case .numbers(let numbers) = targets else { preconditionFailure("Huber's loss needs numbers") }
        return LossOperations.huber(
            outputs, numbers: numbers, delta: delta, samples: samples, gradient: gradient, panel: panel)
    }
}

extension Options {
    /// Where the square of Huber's loss ends.
    public var huberDelta: Option<Double> {
        Option(
            "huber-delta", .optimisation, "D", .positive, default: 1,
            "where the square of the loss huber ends, in deviations of the target")
    }
}
