import SparseTraining

/// Half the squared error of each output up to `width`, and a line from there on (Huber, 1964); summed over the outputs.
struct HuberLoss: Loss {
    var width: Float = 1
    var name: String { "huber" }

    func fault(for targets: TargetKind, outputs: ActivationShape) -> String? {
        targets == .numbers(outputs.elements) ? nil : "huber needs a number for each of \(outputs) outputs"
    }

    func evaluate(_ outputs: Panels, targets: Targets, samples: Int, gradient: Panels, panel: Int) -> Double {
        guard case .numbers(let numbers) = targets else { return .nan }
        var sum = 0.0
        for sample in 32 * panel..<32 * panel + 32 {
            for channel in 0..<outputs.channels {
                // Lanes past the last sample have no gradient.
                let error = sample < samples ? outputs[sample, channel] - numbers[sample, channel] : 0
                gradient[sample, channel] = min(max(error, -width), width) / Float(samples)
                sum += Double(abs(error) <= width ? error * error / 2 : width * (abs(error) - width / 2))
            }
        }
        return sum
    }
}
