import Foundation
import Testing

/// `sparsetrain report` and `plot`, as they are typed.
@Suite struct ReportCommandTests {
    @Test func pagesAndFiguresAreWritten() throws {
        try withExecutable { command in
            for (name, words) in [("a", ["--seed", "0"]), ("b", ["--density", "0.3"])] {
                let run = ["--model", "mlp:20", "--epochs", "2", "--delta-t", "5", "--out", name, "--quiet"] + words
                #expect(try command.run(run).status == 0)
            }
            func text(_ path: String) throws -> String {
                try String(contentsOf: command.folder.appending(path: path), encoding: .utf8)
            }
            let made = try text("a/report.html")
            // Of one run the page in its folder is made again.
            let one = try command.run(["report", "a"])
            #expect(one.status == 0 && one.output.hasPrefix("wrote a/report.html: "), "\(one.errors)")
            #expect(try text("a/report.html") == made)
            let both = try command.run(["report", "a", "b", "--out", "both.html", "--title", "two <runs>"])
            #expect(both.status == 0, "\(both.errors)")
            #expect(try text("both.html").contains("<h1>two &lt;runs&gt;</h1>"))
            let again = try command.run(["report", "a", "b", "--out", "both.html"])
            #expect(again.status == 2 && again.errors.contains("--force"), "\(again.errors)")
            #expect(try command.run(["report", "a", "b", "--out", "both.html", "--force"]).status == 0)

            let plot = try command.run(["plot", "a", "--out", "figures"])
            #expect(plot.status == 0, "\(plot.errors)")
            #expect(
                try text("figures/loss.svg").contains("<svg")
                    && text("figures/loss.csv").hasPrefix("epoch,training,test\n"))
            #expect(try command.run(["plot", "a", "--out", "figures"]).status == 2)
            #expect(try command.run(["plot", "a", "--out", "figures", "--force"]).status == 0)
        }
    }

    @Test(arguments: [
        (["report"], "report needs a run folder"), (["report", "none"], "none/summary.json"),
        (["plot", "none"], "--out"), (["plot", "none", "--out", "x"], "none/summary.json"),
    ])
    func whatIsNoRunIsRefused(words: [String], part: String) throws {
        try withExecutable { command in
            let result = try command.run(words)
            #expect(result.status == 2 && result.errors.contains(part), "\(result.errors)")
        }
    }
}
