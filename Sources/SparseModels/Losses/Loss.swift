internal import Foundation
public import SparseStore

/// What training minimises: a number for each sample from the network's outputs and the targets.
public protocol Loss: Sendable {
    /// Name in options and reports.
    var name: String { get }
    /// What the network is measured with: the loss itself, without what is done to it only for the sake of training.
    var measured: any Loss { get }
    /// Whether it can be taken of a network of `outputs` outputs on such targets; nil, or what it needs instead.
    func fault(for targets: TargetKind, outputs: ActivationShape) -> String?
    /// What a sample's outputs say of how likely each class is: shares that add up to 1.
    func probabilities(_ outputs: ArraySlice<Float>) -> [Float]
    /// The same with the loss of each class's samples multiplied by a weight; nil for a loss that has no such weights.
    func weighted(by weights: [Float]) -> (any Loss)?
    /// Returns the sum of the losses of the samples in one panel of a batch, and writes to `gradient` the gradient of the mean
    /// loss over the batch's `samples` by the outputs, zero in padded lanes. Of tokens the mean is over those lanes that have
    /// one, and the gradient of others is zero.
    func evaluate(_ outputs: Panels, targets: Targets, samples: Int, gradient: Panels, panel: Int) -> Double
}

extension Loss {
    public var measured: any Loss { self }
    public func weighted(by weights: [Float]) -> (any Loss)? { nil }
    public func fault(for targets: TargetKind, outputs: ActivationShape) -> String? { nil }

    /// Softmax, in double precision.
    public func probabilities(_ outputs: ArraySlice<Float>) -> [Float] {
        let largest = Double(outputs.max() ?? 0)
        let powers = outputs.map { exp(Double($0) - largest) }
        let sum = powers.reduce(0, +)
        return powers.map { Float($0 / sum) }
    }
}

/// What losses of one number an output ask of a network: as many outputs as there are classes, or numbers.
func fault(of loss: String, for targets: TargetKind, outputs: ActivationShape, takesNumbers: Bool) -> String? {
    switch targets {
    case .classes(let classes):
        guard outputs.rows * outputs.columns == 1, outputs.elements == classes else {
            return
                "the loss '\(loss)' takes one output for each of the \(classes) classes, and the model ends with \(outputs)"
        }
    case .numbers(let count):
        guard takesNumbers else {
            return "the loss '\(loss)' needs classes, and the samples have numbers; try mse, mae or huber"
        }
        guard outputs.rows * outputs.columns == 1, outputs.elements == count else {
            return
                "the loss '\(loss)' takes one output for each of \(count) numbers, and the model ends with \(outputs)"
        }
    case .inputs(let count):
        guard takesNumbers else {
            return "the loss '\(loss)' needs classes, and the inputs are to be given again; try mse, mae or huber"
        }
        guard outputs.rows * outputs.columns == 1, outputs.elements == count else {
            return "the loss '\(loss)' takes one output for each of \(count) inputs, and the model ends with \(outputs)"
        }
    case .tokens(let count):
        guard !takesNumbers else {
            return "the loss '\(loss)' needs numbers, and the next token is to be found; try cross-entropy"
        }
        guard outputs.rows * outputs.columns == 1, outputs.elements == count else {
            return
                "the loss '\(loss)' takes one output for each of the \(count) tokens, and the model ends with \(outputs)"
        }
    case .labels: return "the loss '\(loss)' does not take labels; try binary-cross-entropy"
    case .none: return "the loss '\(loss)' needs targets, and the samples have none"
    }
    return nil
}

/// The same of a loss of numbers alone.
func faultOfNumbers(of loss: String, for targets: TargetKind, outputs: ActivationShape) -> String? {
    if case .classes = targets {
        return "the loss '\(loss)' needs numbers, and the samples have classes; try cross-entropy"
    }
    return fault(of: loss, for: targets, outputs: outputs, takesNumbers: true)
}

extension TargetKind {
    /// Name of the loss to minimise where nobody says which.
    package var usualLoss: String {
        switch self {
        case .classes, .tokens, .none: "cross-entropy"
        case .numbers, .inputs: "mse"
        case .labels: "binary-cross-entropy"
        }
    }
}
