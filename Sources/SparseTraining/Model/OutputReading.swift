internal import SparseModels
internal import SparseParts
internal import SparseStore

/// How a network's outputs are read: as classes with probabilities, or as numbers.
struct OutputReading: Sendable {
    let hasClasses: Bool
    let classNames: [String]?
    /// The loss that the network was trained with: it knows what outputs mean.
    let loss: any Loss

    /// What one sample's outputs say.
    func prediction(_ values: [Float]) -> Prediction {
        guard hasClasses else { return Prediction(outputs: values, probabilities: []) }
        var best = 0
        for index in values.indices where values[index] > values[best] { best = index }
        return Prediction(
            outputs: values, probabilities: loss.probabilities(values[...]), label: best, className: classNames?[best])
    }
}
