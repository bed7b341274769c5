internal import Foundation
internal import SparseTraining

/// `sparsetrain train --folds K`: a run for each fold, and what they come to together.
struct FoldsCommand {
    private let arguments: Arguments
    private let configuration: TrainingConfiguration
    private let folds: Int
    /// Holds a run folder for each fold.
    private let folder: String

    /// - Throws: `ConfigurationError` for a number of folds that cannot be.
    init(_ arguments: Arguments, _ configuration: TrainingConfiguration, folds: Int) throws {
        guard (2...10_000).contains(folds) else {
            throw ConfigurationError.invalidValue(
                option: "folds", value: String(folds), expected: "a number from 2 to 10000")
        }
        (self.arguments, self.configuration, self.folds) = (arguments, configuration, folds)
        folder = configuration.out ?? RunFolder.fresh(named: "\(configuration.method)-folds").path
    }

    /// - Returns: Exit status: that of the first run that was stopped.
    func run() throws -> Int32 {
        var summaries: [TrainingSummary] = []
        for fold in 1...folds {
            var one = configuration
            (one.fold, one.out) = (fold, "\(folder)/fold-\(fold)")
            let status = try TrainCommand(arguments, one).run { summary, _ in
                summaries.append(summary)
                if !arguments.has(.json) { try StandardOutput.write(line(fold, summary)) }
            }
            if status != ExitStatus.done { return status }
        }
        if arguments.has(.json) {
            try StandardOutput.write(json(summaries))
        } else {
            let runs = try (1...folds).map { try FinishedRun(contentsOf: "\(folder)/fold-\($0)") }
            try StandardOutput.write(
                "\nmean and deviation over \(folds) folds, each tested by what the others trained:")
            try StandardOutput.write(RunComparison(runs).table.written(as: .text))
            try StandardOutput.write("run folders: \(folder)/fold-1 to \(folder)/fold-\(folds)")
        }
        return ExitStatus.done
    }

    private func line(_ fold: Int, _ summary: TrainingSummary) -> String {
        let scores = summary.test.values.compactMap { score in
            score.value.map { "\(score.name) \(String(format: "%.4f", $0))" }
        }
        return
            "fold \(fold) of \(folds): test \(scores.joined(separator: ", ")), \(String(format: "%.1f", summary.seconds)) s"
    }

    /// The summaries, with mean and deviation (of a sample) of what was measured on the test samples.
    private func json(_ summaries: [TrainingSummary]) throws -> String {
        var (mean, deviation) = ([String: Double](), [String: Double]())
        for name in summaries.first?.test.values.map(\.name) ?? [] {
            let values = summaries.compactMap { $0.test[name] }
            guard values.count == summaries.count else { continue }
            let average = values.reduce(0, +) / Double(values.count)
            let squares = values.map { ($0 - average) * ($0 - average) }.reduce(0, +)
            mean["test_" + name] = average
            deviation["test_" + name] = (squares / Double(max(values.count - 1, 1))).squareRoot()
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(
            decoding: try encoder.encode(Folds(folds: summaries, mean: mean, deviation: deviation)), as: UTF8.self)
    }

    private struct Folds: Encodable {
        var folds: [TrainingSummary]
        var mean: [String: Double]
        var deviation: [String: Double]
    }
}
