internal import SparseData
internal import SparseTraining

/// Predictions as lines of a CSV table (RFC 4180, with "\n" at the ends of lines): the class and the probability of each class,
/// or the numbers that are predicted.
struct PredictionTable {
    private let classNames: [String]?
    private let names: [String]

    init(_ model: TrainedModel) {
        let count = model.model.output.elements
        classNames = model.classes > 0 ? model.classNames ?? (0..<count).map(String.init) : nil
        names = classNames ?? model.classNames ?? (1...max(count, 1)).map { "output \($0)" }
    }

    /// The line of the names.
    var header: String {
        let cells = classNames == nil ? names : ["class"] + names.map { "p:" + $0 }
        return cells.map(CSVText.field).joined(separator: ",") + "\n"
    }

    /// The line of a sample. Numbers have as many digits as tell them from all others.
    func row(_ prediction: Prediction) -> String {
        guard let classNames, let label = prediction.label else {
            return prediction.outputs.map { "\($0)" }.joined(separator: ",") + "\n"
        }
        var line = CSVText.field(classNames[label])
        for probability in prediction.probabilities { line += ",\(probability)" }
        return line + "\n"
    }
}
