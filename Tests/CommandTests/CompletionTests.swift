import Foundation
import Testing

/// What shells complete with the scripts that `sparsetrain completions` prints: asked of the shells themselves.
@Suite struct CompletionTests {
    /// Words so far, the last one unfinished, and what may stand there.
    private static let cases: [(words: String, expected: Set<String>)] = [
        ("--algo ri", ["rigl"]), ("expo", ["export"]), ("export run --format np", ["npz"]),
        ("export run --layo", ["--layout"]), ("methods sri", ["srigl"]), ("completions zs", ["zsh"]),
        ("--on-nonfinite s", ["skip", "stop"]), ("predict run --part tr", ["train"]),
        ("data fet", ["fetch"]), ("data fetch cif", ["cifar10", "cifar100"]),
    ]

    private func complete(_ shell: String, script: (String) -> String) throws {
        try withExecutable { command in
            guard try command.shell("command -v \(shell)").status == 0 else {
                print("skipped: no \(shell)")
                return
            }
            try #require(try command.shell("$S completions \(shell) > script").status == 0)
            for (words, expected) in Self.cases {
                let result = try command.shell(script(words))
                #expect(
                    Set(result.output.split(separator: "\n").map(String.init)) == expected, "\(words) \(result.errors)")
            }
        }
    }

    @Test func bashCompletes() throws {
        try complete("bash") { words in
            """
            source ./script
            COMP_WORDS=(sparsetrain \(words))
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _sparsetrain
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        }
    }

    @Test func fishCompletes() throws {
        try complete("fish") { words in
            // Fish completes only commands that there are.
            "PATH=$(dirname $S):$PATH fish --no-config -c 'source script; complete -C \"sparsetrain \(words)\"' | cut -f 1"
        }
    }

    /// Loaded by name as zsh does, when the first word is to be completed.
    @Test func zshCompletes() throws {
        try complete("zsh") { words in
            """
            mkdir -p functions && cp script functions/_sparsetrain
            cat > asked.zsh <<'END'
            zmodload zsh/zpty
            zpty -b shell 'zsh -f -i'
            zpty -w shell 'fpath=($PWD/functions $fpath); autoload -U compinit; compinit -u -D; PS1=; stty -echo'
            zpty -w shell 'zstyle ":completion:*" menu no; setopt no_auto_menu; LISTMAX=1000'
            zpty -w shell 'compadd() { if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)* ]]; then builtin compadd "$@"
                else typeset -a hits; builtin compadd -O hits "$@"; print -rl -- $hits >> found; fi }'
            sleep 1
            zpty -w -n shell $'sparsetrain \(words)\\t'
            repeat 200; do [[ -s found ]] && break; sleep 0.1; done
            sleep 0.3
            END
            : > found
            zsh -f asked.zsh > /dev/null 2>&1
            sort -u found
            """
        }
    }
}
