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

    init(_ error: ModelError) {
        if case .invalidOption(let name, let value, let expected) = error, Self.isOption(name) {
            self = .invalidValue(option: name, value: value, expected: expected)
        } else {
            self = .rejected(reason: error.description)
        }
    }

    private static func isOption(_ name: String) -> Bool { TrainingOption.all.contains { $0.name == name } }
}
