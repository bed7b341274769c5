/// The options that are about the command itself; those of a run are in `TrainingOption.all`.
struct CommandOption: Sendable {
    let name: String
    /// What the value is; empty for a flag.
    let unit: String
    let help: String

    static let config = CommandOption(
        name: "config", unit: "FILE", help: "read options from a JSON object; the command line wins")
    static let json = CommandOption(
        name: "json", unit: "", help: "print the summary as one JSON object and nothing else on standard output")
    static let quiet = CommandOption(name: "quiet", unit: "", help: "no progress on standard error")
    static let help = CommandOption(name: "help", unit: "", help: "show this text (-h)")
    static let version = CommandOption(name: "version", unit: "", help: "show the version")

    static let all = [config, json, quiet, help, version]

    static func named(_ name: String) -> CommandOption? { all.first { $0.name == name } }
}
