internal import SparseParts
internal import SparseTraining

/// What the command can be asked to do: its options, its help and how it is carried out. A new verb is a file beside this
/// and a line in `all`.
struct Verb: Sendable {
    let name: String
    /// One line for help.
    let summary: String
    /// What may follow the verb, if anything may.
    var subject: Subject?
    /// Its own options. `--help` and `--version` go with every verb.
    var options: [CommandOption] = []
    /// Whether options that are left out are those of the run that it is about.
    var isAboutRun = true
    /// Whether it takes an option of a run.
    var takes: @Sendable (any DeclaredOption) -> Bool = { _ in false }
    /// The text of `--help`, in place of usage, summary and options; nil for those.
    var ownHelp: (@Sendable () -> String)?
    /// Carries it out and says with which status the process ends.
    let run: @Sendable (Arguments) throws -> Int32

    /// The word that may follow a verb.
    struct Subject: Sendable {
        /// As help has it, such as "RUN".
        var name: String
        /// What it is, for messages: "a run folder".
        var meaning: String
        /// Whether several may follow.
        var isList = false
    }

    /// The verbs, in the order of help.
    static let all: [Verb] = [
        .train, .evaluate, .predict, .generate, .inspect, .importance, .compare, .sweep, .report, .plot, .export,
        .import,
        .data, .methods, .models, .completions, .manual, .help,
    ]

    /// What is done when no verb is named.
    static let standard = Verb.train

    /// - Throws: `UsageError.unknownVerb`.
    static func named(_ word: String) throws(UsageError) -> Verb {
        if let verb = all.first(where: { $0.name == word }) { return verb }
        throw .unknownVerb(word)
    }
}

extension Verb: Equatable {
    static func == (one: Verb, other: Verb) -> Bool { one.name == other.name }
}

/// Which options a verb takes.
extension Verb {
    /// Options of the command, by name.
    func option(named name: String) -> CommandOption? { allOptions.first { $0.name == name } }

    /// Its own options and those of every verb.
    var allOptions: [CommandOption] { options + CommandOption.common }

    /// Whether it takes an option of this name, of the command or of a run.
    func takesOption(named name: String) -> Bool {
        option(named: name) != nil
            || TrainingConfiguration.options.contains { takes($0) && $0.spellings.contains(name) }
    }

    /// The option whose name is most like this one, for messages.
    func nearestOption(to name: String) -> String? {
        let names = TrainingConfiguration.options.filter(takes).flatMap(\.spellings) + allOptions.map(\.name)
        return NearestName.of(name, among: names)
    }
}

/// What `--help` says.
extension Verb {
    /// What the verb does and every option it takes.
    func helpText() -> String {
        if let ownHelp { return ownHelp() }
        let usage =
            "usage: sparsetrain \(name)" + (subject.map { $0.isList ? " \($0.name)..." : " [\($0.name)]" } ?? "")
        let ofRun = TrainingConfiguration.options.filter(takes).map { option in
            Self.row(
                Self.usage(option.name, option.unit),
                "\(option.help) [\(isAboutRun ? "the run's" : option.defaultText)]")
        }
        return ([usage, "", summary, ""] + ofRun + allOptions.map(Self.row)).joined(separator: "\n")
    }

    static func row(_ option: CommandOption) -> String { row(usage(option.name, option.unit), option.help) }

    /// Two columns.
    static func row(_ left: String, _ right: String) -> String {
        "  " + left + String(repeating: " ", count: max(2, 30 - left.count)) + right
    }

    static func usage(_ name: String, _ unit: String) -> String { unit.isEmpty ? "--\(name)" : "--\(name) \(unit)" }
}

/// An option of a verb that is not one of a run (`TrainingConfiguration.options`). Verbs declare theirs beside themselves.
struct CommandOption: Sendable, Equatable {
    let name: String
    /// What the value is; empty for a flag.
    var unit = ""
    /// What the value is, for messages: "a file".
    var expected = ""
    let help: String
    /// The values to choose from, if it is a choice.
    var choices: [String] = []

    static let help = CommandOption(name: "help", help: "show this text (-h)")
    static let version = CommandOption(name: "version", help: "show the version")
    /// The options of every verb.
    static let common = [help, version]

    static let json = CommandOption(name: "json", help: "print it as JSON")
}
