internal import SparseTraining

/// `sparsetrain manual`: the manual page, made from the same declarations as help.
extension Verb {
    static let manual = Verb(
        name: "manual", summary: "print the manual page (man format): sparsetrain manual | man -l -"
    ) { _ in
        try StandardOutput.write(ManualPage.text())
        return ExitStatus.done
    }
}

/// The manual page in the macros of man(7).
enum ManualPage {
    static func text() -> String {
        var lines = [
            ".TH SPARSETRAIN 1 \"\" \"sparsetrain \(Release.version)\" \"User Commands\"", ".SH NAME",
            "sparsetrain \\- trains neural networks whose weights are sparse from the first step to the last",
            ".SH SYNOPSIS",
            ".B sparsetrain", "[\\fIVERB\\fR] [\\fISUBJECT\\fR] [\\fB\\-\\-name\\fR \\fIvalue\\fR] ...", ".SH VERBS",
        ]
        for verb in Verb.all {
            lines += [
                ".TP", "\\fB\(escaped(verb.name))\\fR" + (verb.subject.map { " [\\fI\(escaped($0.name))\\fR]" } ?? ""),
                sentence(verb.summary),
            ]
        }
        for group in OptionGroup.allCases {
            lines.append(".SH OPTIONS: \(group.rawValue.uppercased())")
            for option in TrainingConfiguration.options where option.group == group {
                let names = ([option.name] + option.aliases).map { "\\fB\\-\\-\(escaped($0))\\fR" }
                let choices = option.choices.isEmpty ? "" : " One of " + option.choices.joined(separator: ", ") + "."
                lines += [
                    ".TP",
                    names.joined(separator: ", ") + (option.unit.isEmpty ? "" : " \\fI\(escaped(option.unit))\\fR"),
                    sentence(option.help) + escaped(choices) + " Default: \(escaped(option.defaultText)).",
                ]
            }
        }
        for verb in Verb.all where !verb.options.isEmpty {
            lines.append(".SH OPTIONS OF \(escaped(verb.name.uppercased()))")
            for option in verb.options {
                lines += [
                    ".TP",
                    "\\fB\\-\\-\(escaped(option.name))\\fR"
                        + (option.unit.isEmpty ? "" : " \\fI\(escaped(option.unit))\\fR"),
                    sentence(option.help),
                ]
            }
        }
        lines += [
            ".SH EXIT STATUS",
            "0 done, 1 the run failed or its result could not be printed, 2 wrong usage, 130, 143 or 129 ended by SIGINT, SIGTERM or "
                + "SIGHUP.",
        ]
        return lines.joined(separator: "\n")
    }

    private static func sentence(_ text: String) -> String {
        escaped(text.prefix(1).uppercased() + text.dropFirst() + ".")
    }

    /// Backslashes, dashes, and dots and quotes at the beginning of a line mean something to the formatter.
    private static func escaped(_ text: String) -> String {
        let plain = text.replacing("\\", with: "\\e").replacing("-", with: "\\-")
        return plain.hasPrefix(".") || plain.hasPrefix("'") ? "\\&" + plain : plain
    }
}
