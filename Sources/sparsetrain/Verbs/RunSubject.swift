internal import SparseParts
internal import SparseTraining

/// Verbs about a trained network name a run folder or a checkpoint, and may say which checkpoint of a folder.
extension Verb.Subject {
    static let run = Verb.Subject(name: "RUN", meaning: "a run folder or a checkpoint")
}

extension CommandOption {
    static let checkpoint = CommandOption(
        name: "checkpoint", unit: "WHICH", expected: "result, latest or best",
        help: "which checkpoint of a run folder: latest, best, or result, what the run came to [result]",
        choices: CheckpointChoice.allCases.map(\.rawValue))
    static let force = CommandOption(name: "force", help: "replace what is at --out")
}

extension Arguments {
    /// The checkpoint that the command is about.
    /// - Throws: `UsageError`, `ConfigurationError` or `TrainedModelError`.
    func checkpointPath() throws -> String {
        let run = try requiredSubject()
        let text = value(of: .checkpoint) ?? CheckpointChoice.result.rawValue
        guard let choice = CheckpointChoice(rawValue: text) else {
            throw ConfigurationError.invalidValue(
                option: CommandOption.checkpoint.name, value: text, expected: CommandOption.checkpoint.expected)
        }
        return try choice.path(of: run)
    }

    /// The network that the command is about, computing with as many threads as were asked for.
    func trainedModel() throws -> TrainedModel {
        let path = try checkpointPath()
        var configuration = TrainingConfiguration()
        if let threads = setting("threads") { try configuration.set("threads", to: threads) }
        return try TrainedModel(contentsOf: path, threads: configuration.threads)
    }

    /// The options of the run that made a network, with what was typed in their place: they say where its data are.
    func configuration(of model: TrainedModel) throws -> TrainingConfiguration {
        var configuration = model.configuration
        if let data = setting("data") {
            // Another file is split as the run's was; where that had a file of its own for the test, it is all test.
            let isSplit = configuration.testData == nil
            configuration.testData = isSplit ? nil : data
            // The targets of the run's samples are not those of others.
            (configuration.labels, configuration.testLabels) = (nil, nil)
        }
        for setting in settings { try configuration.set(setting.name, to: setting.value) }
        return configuration
    }
}

extension DeclaredOption {
    /// Whether it says which samples there are, or how fast to go.
    var isOfData: Bool {
        let all = Options()
        let ofData = Parts.dataFormats.options + [all.data, all.cache, all.inputShape, all.threads]
        return ofData.contains { $0.name == name }
    }
}
