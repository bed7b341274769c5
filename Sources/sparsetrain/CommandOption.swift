/// The options that are about the command itself; those of a run are in `TrainingOption.all`.
struct CommandOption: Sendable, Equatable {
    let name: String
    /// What the value is; empty for a flag.
    let unit: String
    let help: String

    static let config = CommandOption(
        name: "config", unit: "FILE", help: "read options from a JSON object; the command line wins")
    static let resume = CommandOption(
        name: "resume", unit: "", help: "go on from the checkpoint of the run folder --out")
    static let resumeOrStart = CommandOption(
        name: "resume-or-start", unit: "", help: "the same, or begin when --out has no checkpoint yet")
    static let override = CommandOption(
        name: "override", unit: "", help: "with --resume: go on although other options give other results")
    static let overwrite = CommandOption(
        name: "overwrite", unit: "",
        help: "begin anew in a run folder that holds a run; its checkpoint stays as checkpoint-previous.safetensors")
    static let dryRun = CommandOption(
        name: "dry-run", unit: "", help: "check options and data, and say what the run needs, without training")
    static let json = CommandOption(
        name: "json", unit: "", help: "print the summary as one JSON object and nothing else on standard output")
    static let quiet = CommandOption(name: "quiet", unit: "", help: "no progress on standard error")
    static let help = CommandOption(name: "help", unit: "", help: "show this text (-h)")
    static let version = CommandOption(name: "version", unit: "", help: "show the version")

    static let all = [config, resume, resumeOrStart, override, overwrite, dryRun, json, quiet, help, version]

    static func named(_ name: String) -> CommandOption? { all.first { $0.name == name } }
}
