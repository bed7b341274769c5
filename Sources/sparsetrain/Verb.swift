/// What the command can be asked to do.
enum Verb: String, CaseIterable {
    case train, methods, models

    /// One line for help.
    var help: String {
        switch self {
        case .train: "train a sparse network and say how good it is (the default verb)"
        case .methods: "list the methods of --algo with their presets"
        case .models: "list the models of --model"
        }
    }

    func run(_ arguments: Arguments) throws -> Int32 {
        switch self {
        case .train: return try TrainCommand(arguments).run()
        case .methods: print(Listing.methods)
        case .models: print(Listing.models)
        }
        return ExitStatus.done
    }
}
