internal import SparseData
internal import SparseTraining

/// Predictions as lines of a CSV table (RFC 4180, with "\n" at the ends of lines): the class and the probability of each class,
/// or the numbers that are predicted.
struct PredictionTable {
    private let classNames: [String]?
    private let names: [String]
    private let hasLabels: Bool

    init(_ model: TrainedModel) {
        let count = model.model.output.elements
        classNames = model.classes > 0 ? model.classNames ?? (0..<count).map(String.init) : nil
        if case .labels = model.targets { hasLabels = true } else { hasLabels = false }
        let unnamed = model.targets.areInputs ? "feature" : "output"
        names = classNames ?? model.classNames ?? (1...max(count, 1)).map { "\(unnamed) \($0)" }
    }

    /// The line of the names, after those of columns that are copied.
    func header(after copied: [String] = []) -> String {
        let cells = copied + cells
        return cells.map(CSVText.field).joined(separator: ",") + "\n"
    }

    private var cells: [String] {
        if hasLabels { return names.flatMap { [$0, "p:" + $0] } }
        return classNames == nil ? names : ["class"] + names.map { "p:" + $0 }
    }

    /// The line of a sample. Numbers have as many digits as tell them from all others.
    func row(_ prediction: Prediction, after copied: [String] = []) -> String {
        copied.map { CSVText.field($0) + "," }.joined() + row(of: prediction)
    }

    private func row(of prediction: Prediction) -> String {
        if hasLabels {
            let cells = zip(prediction.outputs, prediction.probabilities).flatMap { [$0 > 0 ? "1" : "0", "\($1)"] }
            return cells.joined(separator: ",") + "\n"
        }
        guard let classNames, let label = prediction.label else {
            return prediction.outputs.map { "\($0)" }.joined(separator: ",") + "\n"
        }
        var line = CSVText.field(classNames[label])
        for probability in prediction.probabilities { line += ",\(probability)" }
        return line + "\n"
    }
}
