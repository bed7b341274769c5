internal import SparseParts
internal import SparseTraining

/// The words of a command line, sorted into verb, what it is about, its own options and options of the run.
struct Arguments: Equatable {
    var verb = Verb.standard
    /// What the verb is about: runs, a method, another verb.
    var subjects: [String] = []
    /// Options of the run, in the order given; the last of a name counts.
    var settings: [Setting] = []
    /// Options of the verb that were given, by name; "" for a flag.
    private var own: [String: String] = [:]

    struct Setting: Equatable {
        /// The option's own name, whichever of its names was given.
        var name: String
        var value: String
    }

    /// What it is about, of a verb that is about one thing.
    var subject: String? { subjects.first }

    /// Whether an option of the verb was given.
    func has(_ option: CommandOption) -> Bool { own[option.name] != nil }

    /// The value given to an option of the verb, if one was.
    func value(of option: CommandOption) -> String? { own[option.name] }

    /// The value given to an option of the run, if one was.
    func setting(_ name: String) -> String? { settings.last { $0.name == name }?.value }

    /// What the verb is about, where it needs that.
    /// - Throws: `UsageError.missingSubject`.
    func requiredSubject() throws(UsageError) -> String {
        if let subject { return subject }
        throw .missingSubject(verb)
    }

    /// - Throws: `UsageError` or `ConfigurationError`.
    init(_ words: [String]) throws {
        var words = words[...]
        if let first = words.first, !first.hasPrefix("-") {
            verb = try Verb.named(first)
            words.removeFirst()
        }
        while let word = words.popFirst() {
            if word == "-h" {
                own[CommandOption.help.name] = ""
            } else if word.hasPrefix("--"), word.count > 2 {
                try read(option: String(word.dropFirst(2)), following: &words)
            } else if !word.isEmpty, !word.hasPrefix("-"), let kind = verb.subject, kind.isList || subjects.isEmpty {
                subjects.append(word)
            } else {
                throw UsageError.unexpectedWord(word, verb)
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
        func refuseValue() throws {
            if let inlineValue { throw UsageError.unexpectedValue(option: name, value: inlineValue) }
        }

        if let option = verb.option(named: name) {
            if option.unit.isEmpty { try refuseValue() }
            own[name] = option.unit.isEmpty ? "" : try value(expected: option.expected)
            return
        }
        guard let option = TrainingConfiguration.options.first(where: { verb.takes($0) && $0.spellings.contains(name) })
        else {
            let others = Verb.all.filter { $0.takesOption(named: name) }
            throw others.isEmpty
                ? UsageError.unknownOption(name, verb) : UsageError.notForVerb(option: name, verb, others)
        }
        if let off = option.negation, name == "no-" + option.name {
            try refuseValue()
            settings.append(Setting(name: option.name, value: off))
        } else {
            let text = option.isFlag ? inlineValue ?? "true" : try value(expected: option.expected)
            settings.append(Setting(name: option.name, value: text))
        }
    }
}
