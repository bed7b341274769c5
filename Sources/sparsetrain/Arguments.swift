internal import SparseStore
internal import SparseTraining

/// The words of a command line, sorted into verb, options of the run and options of the command.
struct Arguments: Equatable {
    var verb = Verb.train
    /// What the verb is about: a method, a model, another verb.
    var subject: String?
    /// Options of the run, in the order given; the last of a name counts.
    var settings: [Setting] = []
    var configFile: String?
    /// Flags of the command that were given, by name.
    private var flags: Set<String> = []

    struct Setting: Equatable {
        /// The option's own name, whichever of its names was given.
        var name: String
        var value: String
    }

    var resumes: Bool { has(.resume) }
    var resumesOrStarts: Bool { has(.resumeOrStart) }
    var overrides: Bool { has(.override) }
    var overwrites: Bool { has(.overwrite) }
    var isDryRun: Bool { has(.dryRun) }
    var wantsJSON: Bool { has(.json) }
    var isQuiet: Bool { has(.quiet) }
    var wantsHelp: Bool { has(.help) }
    var wantsVersion: Bool { has(.version) }

    private func has(_ flag: CommandOption) -> Bool { flags.contains(flag.name) }

    /// The value given to an option of the run, if one was.
    func value(of name: String) -> String? { settings.last { $0.name == name }?.value }

    /// - Throws: `UsageError` or `ConfigurationError`.
    init(_ words: [String]) throws {
        var words = words[...]
        if let first = words.first, !first.hasPrefix("-") {
            verb = try Verb.named(first)
            words.removeFirst()
        }
        while let word = words.popFirst() {
            if word == "-h" {
                flags.insert(CommandOption.help.name)
            } else if word.hasPrefix("--"), word.count > 2 {
                try read(option: String(word.dropFirst(2)), following: &words)
            } else if !word.isEmpty, !word.hasPrefix("-"), !verb.subject.isEmpty, subject == nil {
                subject = word
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
            guard verb.takes(option) else { throw UsageError.notForVerb(option: name, verb: verb.rawValue) }
            if !option.unit.isEmpty {
                configFile = try value(expected: "a file")
            } else if let inlineValue {
                throw UsageError.unexpectedValue(option: name, value: inlineValue)
            } else {
                flags.insert(name)
            }
            return
        }
        guard TrainingOption.all.contains(where: verb.takes) else {
            throw UsageError.notForVerb(option: name, verb: verb.rawValue)
        }
        if let option = TrainingOption.negated(by: name), let off = option.negation {
            if let inlineValue { throw UsageError.unexpectedValue(option: name, value: inlineValue) }
            settings.append(Setting(name: option.name, value: off))
            return
        }
        let option = try TrainingOption.named(name, alsoKnown: CommandOption.all.map(\.name))
        guard verb.takes(option) else { throw UsageError.notForVerb(option: name, verb: verb.rawValue) }
        let text = option.isFlag ? inlineValue ?? "true" : try value(expected: option.expected)
        settings.append(Setting(name: option.name, value: text))
    }
}
