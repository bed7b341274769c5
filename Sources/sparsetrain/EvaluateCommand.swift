internal import Foundation
internal import SparseTraining

/// `sparsetrain evaluate RUN`: what a trained network comes to on test samples, by default those of its own run.
struct EvaluateCommand {
    /// The options of a run that say which samples there are, and how fast to go.
    static let options: Set<String> = [
        "data", "test-data", "test-fraction", "target", "label-column", "coarse-labels", "input-shape", "threads",
    ]

    private let arguments: Arguments
    private let run: String

    /// - Throws: `UsageError` when no run is named.
    init(_ arguments: Arguments) throws(UsageError) {
        guard let run = arguments.subject else {
            throw .missingSubject(verb: Verb.evaluate.rawValue, expected: "a run folder or a checkpoint")
        }
        self.arguments = arguments
        self.run = run
    }

    func evaluate() throws -> Int32 {
        let threads = arguments.value(of: "threads")
        var configuration = TrainingConfiguration()
        if let threads { try configuration.set("threads", to: threads) }
        let model = try TrainedModel(contentsOf: run, threads: configuration.threads)
        configuration = model.configuration
        if arguments.value(of: "data") != nil {
            // Another file is split as the run's was; where that had a file of its own for the test, it is all test.
            let isSplit = configuration.testData == nil
            configuration.testData = isSplit ? nil : arguments.value(of: "data")
        }
        for setting in arguments.settings { try configuration.set(setting.name, to: setting.value) }
        let result = try model.evaluate(configuration.testSamples())
        if arguments.wantsJSON {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            try StandardOutput.write(String(decoding: try encoder.encode(result), as: UTF8.self))
        } else {
            try StandardOutput.write(
                String(format: "accuracy %.4f  loss %.4f  of %ld samples", result.accuracy, result.loss, result.samples)
                    + "\n\(model.model.name) of \(run) on \(configuration.testData ?? configuration.data)")
        }
        return ExitStatus.done
    }
}
