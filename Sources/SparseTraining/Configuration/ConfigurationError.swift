package import SparseModels
package import SparseParts
package import SparsePolicies

/// What is wrong with a configuration: which option, which value, and what would be right.
public enum ConfigurationError: Error, Equatable, CustomStringConvertible {
    /// No option has this name.
    case unknownOption(name: String, nearest: String?)
    /// The option needs a value and has none.
    case missingValue(option: String, expected: String)
    /// The value cannot be used.
    case invalidValue(option: String, value: String, expected: String)
    /// No such method, model, schedule, ... ; `known` lists what there is.
    case unknownName(option: String, name: String, nearest: String?, known: [String])
    /// Options that do not go together.
    case conflict(options: [String], reason: String)
    /// Options that data, model or method cannot work with; the reason names them.
    case rejected(reason: String)
    /// A configuration file that cannot be read or is not JSON.
    case unreadableFile(path: String, reason: String)

    public var description: String {
        switch self {
        case .unknownOption(let name, let nearest):
            "unknown option --\(name)" + (nearest.map { "; did you mean --\($0)?" } ?? "; see sparsetrain --help")
        case .missingValue(let option, let expected):
            "--\(option) needs a value: \(expected)"
        case .invalidValue(let option, let value, let expected):
            "--\(option) \(value.isEmpty ? "''" : value): must be \(expected)"
        case .unknownName(let option, let name, let nearest, let known):
            "--\(option) \(name.isEmpty ? "''" : name): unknown; "
                + (nearest.map { "did you mean \($0)? " } ?? "") + "known: " + known.joined(separator: ", ")
        case .conflict(let options, let reason):
            options.map { "--" + $0 }.joined(separator: " and ") + ": \(reason)"
        case .rejected(let reason):
            reason
        case .unreadableFile(let path, let reason):
            "--config \(path): \(reason)"
        }
    }
}

/// What the rooms refuse, in the words of the command: an option's value is told as one.
extension ConfigurationError {
    /// The value of an option that is not as it must be.
    package init(_ error: OptionError) {
        switch error {
        case .invalidValue(let option, let value, let expected):
            self = .invalidValue(option: option, value: value, expected: expected)
        case .unknownName(let option, let unknown):
            self = .unknownName(option: option, name: unknown.name, nearest: unknown.nearest, known: unknown.known)
        case .conflict(let options, let reason): self = .conflict(options: options, reason: reason)
        }
    }

    /// What methods and their parts refuse.
    package init(_ error: PolicyError) {
        if case .invalidOption(let name, let value, let expected) = error, Self.isOption(name) {
            self = .invalidValue(option: name, value: value, expected: expected)
        } else {
            self = .rejected(reason: error.description)
        }
    }

    /// What models, optimisers and losses refuse.
    /// - Parameter model: The text of `--model`, if the model comes from there.
    package init(_ error: ModelError, model: String? = nil) {
        switch error {
        case .invalidOption(let name, let value, let expected) where Self.isOption(name):
            self = .invalidValue(option: name, value: value, expected: expected)
        case .unknownName(let unknown) where unknown.kind == Parts.models.kind:
            self.init(.unknownName(option: Options().model.name, unknown))
        case .invalidArgument(_, _, let expected):
            self = .rejected(reason: model.map { "--model \($0): expected \(expected)" } ?? error.description)
        default:
            self = .rejected(reason: error.description)
        }
    }

    private static func isOption(_ name: String) -> Bool {
        TrainingConfiguration.options.contains { $0.name == name }
    }
}
