internal import SparseStore
internal import SparseTraining

/// The words of a command line, sorted into verb, options of the run and options of the command.
struct Arguments: Equatable {
    var verb = Verb.train
    /// Options of the run, in the order given; the last of a name counts.
    var settings: [Setting] = []
    var configFile: String?
    var resumes = false
    var overrides = false
    var isDryRun = false
    var wantsJSON = false
    var isQuiet = false
    var wantsHelp = false
    var wantsVersion = false

    struct Setting: Equatable {
        var name: String
        var value: String
    }

    /// - Throws: `UsageError` or `ConfigurationError`.
    init(_ words: [String]) throws {
        var words = words[...]
        if let first = words.first, !first.hasPrefix("-") {
            guard let verb = Verb(rawValue: first) else {
                throw UsageError.unknownVerb(
                    first, nearest: NearestName.of(first, among: Verb.allCases.map(\.rawValue)))
            }
            self.verb = verb
            words.removeFirst()
        }
        while let word = words.popFirst() {
            if word == "-h" {
                wantsHelp = true
            } else if word.hasPrefix("--"), word.count > 2 {
                try read(option: String(word.dropFirst(2)), following: &words)
            } else {
                throw UsageError.unexpectedWord(word)
            }
        }
    }

    /// Reads one option, `name=value` or `name` with its value in the next word.
    private mutating func read(option: String, following words: inout ArraySlice<String>) throws {
        let parts = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        let inlineValue = parts.count == 2 ? String(parts[1]) : nil

        func value(expected: String) throws -> String {
            if let inlineValue { return inlineValue }
            guard let word = words.first, !word.hasPrefix("--") else {
                throw ConfigurationError.missingValue(option: name, expected: expected)
            }
            words.removeFirst()
            return word
        }

        if let option = CommandOption.named(name) {
            if option.unit.isEmpty, let inlineValue {
                throw UsageError.unexpectedValue(option: name, value: inlineValue)
            }
            try set(option, value: option.unit.isEmpty ? "" : value(expected: "a file"))
            return
        }
        guard verb == .train else { throw UsageError.notForVerb(option: name, verb: verb.rawValue) }
        if let option = TrainingOption.negated(by: name), let off = option.negation {
            if let inlineValue { throw UsageError.unexpectedValue(option: name, value: inlineValue) }
            settings.append(Setting(name: option.name, value: off))
            return
        }
        let option = try TrainingOption.named(name, alsoKnown: CommandOption.all.map(\.name))
        let text = option.isFlag ? inlineValue ?? "true" : try value(expected: option.expected)
        settings.append(Setting(name: name, value: text))
    }

    private mutating func set(_ option: CommandOption, value: String) throws {
        switch option.name {
        case CommandOption.help.name: wantsHelp = true
        case CommandOption.version.name: wantsVersion = true
        default:
            guard verb == .train else { throw UsageError.notForVerb(option: option.name, verb: verb.rawValue) }
            switch option.name {
            case CommandOption.config.name: configFile = value
            case CommandOption.resume.name: resumes = true
            case CommandOption.override.name: overrides = true
            case CommandOption.dryRun.name: isDryRun = true
            case CommandOption.json.name: wantsJSON = true
            default: isQuiet = true
            }
        }
    }
}
