internal import SparseTraining

/// The text of `--help`.
enum Help {
    /// What `verb` does and every option it takes, with unit and default.
    static func text(for verb: Verb) -> String {
        verb == .train ? (intro + options).joined(separator: "\n") : listing(verb).joined(separator: "\n")
    }

    private static let intro: [String] =
        [
            "sparsetrain \(Release.version): trains neural networks whose weights are sparse from the first step to the last",
            "",
            "usage: sparsetrain [VERB] [--name value | --name=value] ...",
            "",
            "verbs (sparsetrain VERB --help says more):",
        ] + Verb.allCases.map { row($0.rawValue, $0.help) }

    private static var options: [String] {
        TrainingOption.Group.allCases.flatMap { group in
            ["", "\(group.rawValue):"]
                + TrainingOption.all.filter { $0.group == group }.map { option in
                    let choices = option.choices.isEmpty ? "" : ": " + option.choices.joined(separator: ", ")
                    return row(
                        usage(option.isFlag ? "[no-]" + option.name : option.name, option.unit),
                        "\(option.help)\(choices) [\(option.defaultText)]")
                }
        } + ["", "command:"] + CommandOption.all.map { row(usage($0.name, $0.unit), $0.help) } + [
            "", "Defaults are in brackets. A configuration file has the same names as keys.",
            "Exit status: 0 done, 1 the run failed, 2 wrong usage, 130 or 143 ended by SIGINT or SIGTERM.",
        ]
    }

    private static func listing(_ verb: Verb) -> [String] {
        ["usage: sparsetrain \(verb.rawValue)", "", verb.help, ""]
            + [CommandOption.help, .version].map { row(usage($0.name, $0.unit), $0.help) }
    }

    private static func usage(_ name: String, _ unit: String) -> String {
        unit.isEmpty ? "--\(name)" : "--\(name) \(unit)"
    }

    private static func row(_ left: String, _ right: String) -> String {
        "  " + left + String(repeating: " ", count: max(2, 30 - left.count)) + right
    }
}
