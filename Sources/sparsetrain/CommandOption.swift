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
