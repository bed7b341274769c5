internal import SparseTraining

/// The text of `--help`.
enum Help {
    /// What `verb` does and every option it takes, with unit and default.
    static func text(for verb: Verb) -> String {
        verb == .train ? (intro + options).joined(separator: "\n") : other(verb).joined(separator: "\n")
    }

    private static let intro: [String] =
        [
            "sparsetrain \(Release.version): trains neural networks whose weights are sparse from the first step to the last",
            "",
            "usage: sparsetrain [VERB] [--name value | --name=value] ...",
            "",
            "verbs (sparsetrain help VERB says more):",
        ] + Verb.allCases.map { row($0.rawValue, $0.help) }

    private static var options: [String] {
        TrainingOption.Group.allCases.flatMap { group in
            ["", "\(group.rawValue):"]
                + TrainingOption.all.filter { $0.group == group }.map { option in
                    let choices = option.choices.isEmpty ? "" : ": " + option.choices.joined(separator: ", ")
                    let aliases =
                        option.aliases.isEmpty
                        ? "" : " (also " + option.aliases.map { "--" + $0 }.joined(separator: ", ") + ")"
                    return row(
                        usage(option.isFlag ? "[no-]" + option.name : option.name, option.unit),
                        "\(option.help)\(choices)\(aliases) [\(option.defaultText)]")
                }
        } + ["", "command:"] + CommandOption.all.map { row(usage($0.name, $0.unit), $0.help) } + [
            "", "Defaults are in brackets. A configuration file has the same names as keys.",
            "Exit status: 0 done, 1 the run failed or its result could not be printed, 2 wrong usage, 130, 143 or 129",
            "ended by SIGINT, SIGTERM or SIGHUP.",
        ]
    }

    private static func other(_ verb: Verb) -> [String] {
        ["usage: sparsetrain \(verb.rawValue) [\(verb.subject)]", "", verb.help, ""]
            + TrainingOption.all.filter(verb.takes).map { row(usage($0.name, $0.unit), "\($0.help) [the run's]") }
            + CommandOption.all.filter(verb.takes).map { option in
                row(usage(option.name, option.unit), option == .json ? "print it as JSON" : option.help)
            }
    }

    private static func usage(_ name: String, _ unit: String) -> String {
        unit.isEmpty ? "--\(name)" : "--\(name) \(unit)"
    }

    private static func row(_ left: String, _ right: String) -> String {
        "  " + left + String(repeating: " ", count: max(2, 30 - left.count)) + right
    }
}
