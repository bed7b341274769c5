internal import Foundation
internal import SparseTraining

/// What `evaluate` prints.
extension Report {
    /// So many classes have their rows on a screen; all are in `--json`.
    private static let mostRows = 100
    /// So many classes have a confusion matrix on a screen.
    private static let mostColumns = 20

    static func text(_ result: TrainedModel.Evaluation) -> String {
        let calibration = (result.report?.ece).map { String(format: "  calibration error %.4f", $0) } ?? ""
        let area = (result.report?.auc).map { String(format: "  area under ROC %.4f", $0) } ?? ""
        let first =
            scores(result.scores).joined(separator: "  ") + String(format: "  loss %.4f", result.loss) + calibration
            + area
            + String(
                format: "  of %ld %@, %.0f a second", result.samples, result.sampleUnit, result.samplesPerSecond)
        return ([first] + (result.report.map(lines) ?? [])).joined(separator: "\n")
    }

    private static func lines(_ report: ClassReport) -> [String] {
        guard report.classes.count <= mostRows else {
            return ["\(report.classes.count) classes: precision, recall and F1 of each are in --json"]
        }
        func share(_ value: Double?) -> String { value.map { String(format: "%.4f", $0) } ?? "-" }
        let header = ["class", "samples", "precision", "recall", "F1"]
        let classes = report.classes.map {
            [$0.name, "\($0.samples)", share($0.precision), share($0.recall), share($0.f1)]
        }
        guard report.classes.count <= mostColumns else { return TextTable.lines([header] + classes) }
        let names = report.classes.map(\.name)
        let confusion = zip(names, report.confusion).map { name, row in [name] + row.map(String.init) }
        return TextTable.lines([header] + classes) + ["", "class (rows) and what it was taken for (columns):"]
            + TextTable.lines([[""] + names] + confusion)
    }
}
