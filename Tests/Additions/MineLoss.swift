public import SparseStore

/// The sum over the outputs of |output - target|, where the target is 1 for the sample's class and 0 for others.
public struct MineLoss: Loss {
    public var name: String { "mine" }

    public init() {}

    public func fault(for targets: TargetKind, outputs: ActivationShape) -> String? {
        targets == .classes(outputs.elements) ? nil : "the loss 'mine' takes one output for each class"
    }

    public func evaluate(_ outputs: Panels, targets: Targets, samples: Int, gradient: Panels, panel: Int) -> Double {
        guard case .classes(let labels) = targets else { preconditionFailure("the loss 'mine' needs classes") }
        var sum = 0.0
        for sample in Panels.lanes * panel..<Panels.lanes * (panel + 1) {
            for channel in 0..<outputs.channels {
                let error = outputs[sample, channel] - (Int(labels[sample]) == channel ? 1 : 0)
                // Lanes past the last sample count nowhere.
                let counts = sample < samples
                gradient[sample, channel] = counts && error != 0 ? (error > 0 ? 1 : -1) / Float(samples) : 0
                if counts { sum += Double(error.magnitude) }
            }
        }
        return sum
    }
}
