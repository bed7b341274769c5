internal import SparseModels
internal import SparsePolicies

/// What the rooms refuse, in the words of the command: an option's value is told as one.
extension ConfigurationError {
    init(_ error: PolicyError) {
        if case .invalidOption(let name, let value, let expected) = error, Self.isOption(name) {
            self = .invalidValue(option: name, value: value, expected: expected)
        } else {
            self = .rejected(reason: error.description)
        }
    }

    /// - Parameter model: The text of `--model`, if the model comes from there.
    init(_ error: ModelError, model: String? = nil) {
        switch error {
        case .invalidOption(let name, let value, let expected) where Self.isOption(name):
            self = .invalidValue(option: name, value: value, expected: expected)
        case .unknown("model", let name, let nearest, let known):
            self = .unknownName(option: "model", name: name, nearest: nearest, known: known)
        case .invalidArgument(_, _, let expected):
            self = .rejected(reason: model.map { "--model \($0): expected \(expected)" } ?? error.description)
        default:
            self = .rejected(reason: error.description)
        }
    }

    private static func isOption(_ name: String) -> Bool { TrainingOption.all.contains { $0.name == name } }
}
