internal import SparseParts

/// What is wrong with the words of a command line, beyond the values of options.
enum UsageError: Error, Equatable, CustomStringConvertible {
    case unknownVerb(String)
    case unexpectedWord(String, Verb)
    case unknownOption(String, Verb)
    case unexpectedValue(option: String, value: String)
    /// An option of other verbs.
    case notForVerb(option: String, Verb, [Verb])
    case missingSubject(Verb)
    /// What the verb is about is none of these.
    case unknownSubject(String, Verb, [String])
    case needs(option: String, other: String)
    case excludes(option: String, other: String)

    var description: String {
        switch self {
        case .unknownVerb(let word):
            "unknown verb '\(word)'; "
                + (NearestName.of(word, among: Verb.all.map(\.name)).map { "did you mean \($0)? " } ?? "")
                + "known: " + Verb.all.map(\.name).joined(separator: ", ")
        case .unexpectedWord(let word, let verb):
            "\(verb.name): unexpected '\(word)'; options begin with -- and take one value"
        case .unknownOption(let name, let verb):
            "\(verb.name): unknown option --\(name); "
                + (verb.nearestOption(to: name).map { "did you mean --\($0)?" } ?? "see sparsetrain help \(verb.name)")
        case .unexpectedValue(let option, let value):
            "--\(option) takes no value, but has '\(value)'"
        case .notForVerb(let option, let verb, let others):
            "--\(option) is an option of \(others.map(\.name).joined(separator: ", ")), not of \(verb.name)"
        case .missingSubject(let verb):
            "\(verb.name) needs \(verb.subject?.meaning ?? ""): sparsetrain \(verb.name) \(verb.subject?.name ?? "")"
        case .unknownSubject(let word, let verb, let known):
            "\(verb.name): unknown '\(word)'; "
                + (NearestName.of(word, among: known).map { "did you mean \($0)? " } ?? "")
                + "known: " + known.joined(separator: ", ")
        case .needs(let option, let other):
            "--\(option) needs --\(other)"
        case .excludes(let option, let other):
            "--\(option) and --\(other): give one of them"
        }
    }
}
