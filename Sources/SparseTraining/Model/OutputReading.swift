internal import SparseData
internal import SparseModels
internal import SparseParts
internal import SparseStore

/// How a network's outputs are read: as classes with probabilities, as labels, as numbers, or as inputs.
struct OutputReading: Sendable {
    let targets: TargetKind
    let classNames: [String]?
    /// How what the outputs stand for was standardised: target numbers, or inputs.
    let targetScaling: TargetScaling?
    /// The loss that the network was trained with: it knows what outputs mean.
    let loss: any Loss

    /// A network's outputs in the units of the data.
    func inUnits(_ values: [Float]) -> [Float] { targetScaling?.unscaled(values) ?? values }

    /// What one sample's outputs say, in the units of the data.
    func prediction(_ values: [Float]) -> Prediction {
        switch targets {
        case .numbers, .inputs, .tokens, .none: return Prediction(outputs: values, probabilities: [])
        case .labels: return Prediction(outputs: values, probabilities: loss.probabilities(values[...]))
        case .classes:
            var best = 0
            for index in values.indices where values[index] > values[best] { best = index }
            return Prediction(
                outputs: values, probabilities: loss.probabilities(values[...]), label: best,
                className: classNames?[best])
        }
    }
}
