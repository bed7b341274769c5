internal import Foundation
internal import SparseParts
internal import SparseTraining

/// `sparsetrain evaluate RUN`: what a trained network comes to on test samples, by default those of its own run.
extension Verb {
    static let evaluate = Verb(
        name: "evaluate", summary: "say how good a trained network is on test samples: those of its run, or others",
        subject: Subject(name: "RUN", meaning: "a run folder or a checkpoint"), options: [.json],
        takes: { Evaluation.takes($0) }, run: Evaluation.run)
}

private enum Evaluation {
    /// The options of a run that say which samples there are, and how fast to go.
    static func takes(_ option: any DeclaredOption) -> Bool {
        let all = Options()
        let ofData = Parts.dataFormats.options + [all.data, all.inputShape, all.threads]
        return ofData.contains { $0.name == option.name }
    }

    @Sendable static func run(_ arguments: Arguments) throws -> Int32 {
        let run = try arguments.requiredSubject()
        var configuration = TrainingConfiguration()
        if let threads = arguments.setting("threads") { try configuration.set("threads", to: threads) }
        let model = try TrainedModel(contentsOf: run, threads: configuration.threads)
        configuration = model.configuration
        if let data = arguments.setting("data") {
            // Another file is split as the run's was; where that had a file of its own for the test, it is all test.
            let isSplit = configuration.testData == nil
            configuration.testData = isSplit ? nil : data
        }
        for setting in arguments.settings { try configuration.set(setting.name, to: setting.value) }
        let result = try model.evaluate(configuration.testSamples())
        if arguments.has(.json) {
            try StandardOutput.write(Output.json(result))
        } else {
            try StandardOutput.write(
                Report.scores(result.scores).joined(separator: "  ")
                    + String(format: "  loss %.4f  of %ld samples", result.loss, result.samples)
                    + "\n\(model.model.name) of \(run) on \(configuration.testData ?? configuration.data)")
        }
        return ExitStatus.done
    }
}
