internal import SparseStore

/// What is wrong with the words of a command line, beyond options and their values.
enum UsageError: Error, Equatable, CustomStringConvertible {
    case unknownVerb(String)
    case unexpectedWord(String)
    case unexpectedValue(option: String, value: String)
    case notForVerb(option: String, verb: String)
    case missingSubject(verb: String, expected: String)
    case needs(option: String, other: String)
    case excludes(option: String, other: String)

    var description: String {
        switch self {
        case .unknownVerb(let word):
            "unknown verb '\(word)'; "
                + (NearestName.of(word, among: Verb.allCases.map(\.rawValue)).map { "did you mean \($0)? " } ?? "")
                + "known: " + Verb.allCases.map(\.rawValue).joined(separator: ", ")
        case .unexpectedWord(let word):
            "unexpected '\(word)'; options begin with -- and take one value"
        case .unexpectedValue(let option, let value):
            "--\(option) takes no value, but has '\(value)'"
        case .notForVerb(let option, let verb):
            "--\(option) is an option of train, not of \(verb)"
        case .missingSubject(let verb, let expected):
            "\(verb) needs \(expected): sparsetrain \(verb) \(Verb(rawValue: verb)?.subject ?? "")"
        case .needs(let option, let other):
            "--\(option) needs --\(other)"
        case .excludes(let option, let other):
            "--\(option) and --\(other): give one of them"
        }
    }
}
