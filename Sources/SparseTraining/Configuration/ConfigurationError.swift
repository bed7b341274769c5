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
