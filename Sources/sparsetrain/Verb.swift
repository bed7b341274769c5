internal import SparseTraining

/// What the command can be asked to do.
enum Verb: String, CaseIterable {
    case train, evaluate, methods, models, help

    /// One line for help.
    var help: String {
        switch self {
        case .train: "train a sparse network and say how good it is (the default verb)"
        case .evaluate: "say how good a trained network is on test samples: those of its run, or others"
        case .methods: "list the methods of --algo with their presets, or describe the one that is named"
        case .models: "list the models of --model, or describe the one that is named"
        case .help: "show the options, or what the verb that is named does"
        }
    }

    /// What may follow the verb; empty for nothing.
    var subject: String {
        switch self {
        case .train: ""
        case .evaluate: "RUN"
        case .methods: "METHOD"
        case .models: "MODEL"
        case .help: "VERB"
        }
    }

    /// Options of the command that it takes beside those of a run.
    func takes(_ option: CommandOption) -> Bool {
        switch option.name {
        case CommandOption.help.name, CommandOption.version.name: true
        case CommandOption.json.name: self != .help
        default: self == .train
        }
    }

    /// Whether it takes an option of a run.
    func takes(_ option: TrainingOption) -> Bool {
        switch self {
        case .train: true
        case .evaluate: EvaluateCommand.options.contains(option.name)
        default: false
        }
    }

    static func named(_ word: String) throws(UsageError) -> Verb {
        if let verb = Verb(rawValue: word) { return verb }
        throw .unknownVerb(word)
    }

    func run(_ arguments: Arguments) throws -> Int32 {
        switch self {
        case .train: return try TrainCommand(arguments).run()
        case .evaluate: return try EvaluateCommand(arguments).evaluate()
        case .methods: try StandardOutput.write(Listing.methods(arguments.subject, json: arguments.wantsJSON))
        case .models: try StandardOutput.write(Listing.models(arguments.subject, json: arguments.wantsJSON))
        case .help: try StandardOutput.write(Help.text(for: arguments.subject.map(Verb.named) ?? .train))
        }
        return ExitStatus.done
    }
}
