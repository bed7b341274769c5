import Foundation
import Testing

/// `sparsetrain compare`, as it is typed.
@Suite struct CompareTests {
    @Test func runsAreCompared() throws {
        try withExecutable { command in
            for (name, words) in [("a0", ["--seed", "0"]), ("a1", ["--seed", "1"]), ("b", ["--density", "0.3"])] {
                let run = ["--model", "mlp:20", "--steps", "10", "--out", name, "--quiet"] + words
                #expect(try command.run(run).status == 0)
            }
            let result = try command.run(["compare", "a0", "a1", "b", "--overlap"])
            #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
            let lines = result.output.split(separator: "\n")
            #expect(lines.count == 3 && lines[0].hasPrefix("options") && lines[0].hasSuffix("overlap"))
            #expect(lines[1].hasPrefix("density 0.1") && lines[1].contains("±") && lines[2].hasPrefix("density 0.3"))
            let latex = try command.run(["compare", "a0", "--format", "latex"])
            #expect(latex.output.hasPrefix("\\begin{tabular}") && latex.output.hasSuffix("\\end{tabular}\n"))
        }
    }

    @Test(arguments: [
        (["compare"], "compare needs a run folder"), (["compare", "none"], "none/summary.json"),
        (["compare", "none", "--format", "pdf"], "must be one of text, csv, markdown, latex"),
    ])
    func whatCannotBeComparedIsRefused(words: [String], part: String) throws {
        try withExecutable { command in
            let result = try command.run(words)
            #expect(result.status == 2 && result.errors.contains(part), "\(result.errors)")
        }
    }
}
