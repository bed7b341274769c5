internal import SparseParts
internal import SparseTraining

/// `sparsetrain evaluate RUN`: what a trained network comes to on test samples, by default those of its own run.
extension Verb {
    static let evaluate = Verb(
        name: "evaluate", summary: "say how good a trained network is on test samples: those of its run, or others",
        subject: .run, options: [.checkpoint, .json],
        takes: { $0.isOfData || $0.name == Options().metrics.name },
        run: evaluate)

    @Sendable private static func evaluate(_ arguments: Arguments) throws -> Int32 {
        let model = try arguments.trainedModel()
        let configuration = try arguments.configuration(of: model)
        let metrics = try configuration.metricList(for: model.targets)
        let result = try model.evaluate(configuration.openedData(for: model).test, metrics: metrics)
        let data = configuration.testData ?? configuration.data
        try StandardOutput.write(
            arguments.has(.json)
                ? Output.json(result)
                : Report.text(result) + "\n\(model.model.name) of \(try arguments.requiredSubject()) on \(data)")
        return ExitStatus.done
    }
}
