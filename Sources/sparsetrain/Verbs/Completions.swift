internal import SparseData
internal import SparseParts
internal import SparseTraining

/// `sparsetrain completions SHELL`: a script by which a shell completes verbs, options and names.
extension Verb {
    static let completions = Verb(
        name: "completions", summary: "print the script by which bash, zsh or fish completes verbs, options and names",
        subject: Subject(name: "SHELL", meaning: "bash, zsh or fish"), run: printCompletions)

    @Sendable private static func printCompletions(_ arguments: Arguments) throws -> Int32 {
        let name = try arguments.requiredSubject()
        guard let shell = CompletionScript(rawValue: name) else {
            throw UsageError.unknownSubject(name, arguments.verb, CompletionScript.allCases.map(\.rawValue))
        }
        try StandardOutput.write(shell.text())
        return ExitStatus.done
    }
}

/// The shells, and what each is told.
enum CompletionScript: String, CaseIterable {
    case bash, zsh, fish

    /// One option of a verb as shells need it.
    struct Candidate {
        /// Words that mean it, with their dashes.
        var words: [String]
        var help: String
        var takesValue: Bool
        /// The values to choose from; none for what is a number, a text or a path.
        var choices: [String]
    }

    /// Everything that may follow a verb.
    static func candidates(of verb: Verb) -> [Candidate] {
        let ofRun = TrainingConfiguration.options.filter(verb.takes).map { option in
            Candidate(
                words: option.spellings.map { "--" + $0 }, help: option.help, takesValue: !option.isFlag,
                choices: option.choices)
        }
        let own = verb.allOptions.map { option in
            Candidate(
                words: ["--" + option.name], help: option.help, takesValue: !option.unit.isEmpty,
                choices: option.choices)
        }
        let names = Set(own.flatMap(\.words))
        return ofRun.filter { names.isDisjoint(with: $0.words) } + own
    }

    /// The words that may stand for the subject of a verb, where they are known.
    static func subjects(of verb: Verb) -> [String] {
        switch verb.name {
        case Verb.data.name: DataCommand.Action.allCases.map(\.rawValue) + Parts.publishedData.names
        case Verb.methods.name: Parts.methods.names
        case Verb.help.name: Verb.all.map(\.name)
        case Verb.completions.name: allCases.map(\.rawValue)
        default: []
        }
    }

    func text() -> String {
        switch self {
        case .bash:
            """
            # Completion of sparsetrain: source this file, or put it into ~/.local/share/bash-completion/completions/sparsetrain
            \(bash())
            """
        // The function of bash does for zsh what it does there. Loaded by name, when the first word is to be completed, the
        // script stands for that function once.
        case .zsh:
            """
            #compdef sparsetrain
            # Source this file after compinit, or put it as _sparsetrain into a folder of $fpath.
            autoload -U +X bashcompinit && bashcompinit
            \(bash())
            if [ "${funcstack[1]}" = _sparsetrain ]; then _bash_complete -o filenames -F _sparsetrain; fi
            """
        case .fish: fish()
        }
    }

    private func bash() -> String {
        var cases: [String] = []
        var values: [String] = []
        for verb in Verb.all {
            let candidates = Self.candidates(of: verb)
            let words = candidates.flatMap(\.words) + Self.subjects(of: verb)
            cases.append("        \(verb.name)) words=\"\(words.joined(separator: " "))\" ;;")
            for candidate in candidates where candidate.takesValue && !candidate.choices.isEmpty {
                let patterns = candidate.words.map { "\(verb.name):\($0)" }.joined(separator: "|")
                values.append("        \(patterns)) words=\"\(candidate.choices.joined(separator: " "))\" ;;")
            }
        }
        return """
            _sparsetrain() {
                local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}" words="" verb=train
                if [ "$COMP_CWORD" -gt 1 ] && [ "${COMP_WORDS[1]#-}" = "${COMP_WORDS[1]}" ]; then verb="${COMP_WORDS[1]}"; fi
                case "$verb:$previous" in
            \(values.joined(separator: "\n"))
                esac
                if [ -n "$words" ]; then
                    COMPREPLY=($(compgen -W "$words" -- "$current"))
                    return
                fi
                if [ "$COMP_CWORD" -eq 1 ] && [ "${current#-}" = "$current" ]; then
                    COMPREPLY=($(compgen -W "\(Verb.all.map(\.name).joined(separator: " "))" -- "$current"))
                    return
                fi
                case "$verb" in
            \(cases.joined(separator: "\n"))
                esac
                COMPREPLY=($(compgen -W "$words" -- "$current"))
                if [ "${current#-}" = "$current" ]; then COMPREPLY+=($(compgen -f -- "$current")); fi
            }
            complete -o filenames -F _sparsetrain sparsetrain
            """
    }

    private func fish() -> String {
        var lines = [
            "# Completion of sparsetrain for fish: put this into ~/.config/fish/completions/sparsetrain.fish",
            "set -l verbs \(Verb.all.map(\.name).joined(separator: " "))",
        ]
        for verb in Verb.all {
            lines.append(
                "complete -c sparsetrain -n \"not __fish_seen_subcommand_from $verbs\" -a \(verb.name) -d \(Self.quoted(verb.summary))"
            )
            let isStandard = verb == Verb.standard
            let condition =
                isStandard
                ? "not __fish_seen_subcommand_from \(Verb.all.map(\.name).filter { $0 != verb.name }.joined(separator: " "))"
                : "__fish_seen_subcommand_from \(verb.name)"
            for candidate in Self.candidates(of: verb) {
                for word in candidate.words {
                    var line =
                        "complete -c sparsetrain -n \"\(condition)\" -l \(word.dropFirst(2)) -d \(Self.quoted(candidate.help))"
                    if candidate.takesValue {
                        line +=
                            candidate.choices.isEmpty
                            ? " -r" : " -x -a \(Self.quoted(candidate.choices.joined(separator: " ")))"
                    }
                    lines.append(line)
                }
            }
            let subjects = Self.subjects(of: verb)
            if !subjects.isEmpty {
                lines.append(
                    "complete -c sparsetrain -n \"\(condition)\" -f -a \(Self.quoted(subjects.joined(separator: " ")))")
            }
        }
        return lines.joined(separator: "\n")
    }

    private static func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "\\'") + "'" }
}
