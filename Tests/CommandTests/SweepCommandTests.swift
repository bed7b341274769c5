import Foundation
import Testing

/// `sparsetrain sweep`, as it is typed.
@Suite struct SweepCommandTests {
    /// The table of a sweep, without what depends on the machine.
    private func table(_ command: Executable, _ folder: String) throws -> [[Substring]] {
        let file = command.folder.appending(path: folder + "/results.csv")
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
            .map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        let measured = try #require(lines[0].firstIndex(of: "seconds"))
        return lines.map { Array($0.prefix(measured)) }
    }

    private func statuses(_ command: Executable, _ folder: String) throws -> [Substring] {
        try table(command, folder).dropFirst().map { $0[1] }
    }

    private static let four = [
        "sweep", "--algo", "static,rigl", "--density", "0.2", "--seed", "0,1", "--model", "mlp:20", "--cores", "1",
    ]

    @Test func aKilledSweepEndsWithTheSameTable() throws {
        try withExecutable { command in
            let words = Self.four + ["--epochs", "40"]
            let whole = try command.run(words + ["--out", "whole"])
            #expect(whole.status == 0, "\(whole.errors)")
            #expect(whole.errors.contains("[4/4] rigl-seed1: test accuracy"))
            let files = "results: whole/results.csv\nreport: whole/report.html, its charts in whole/figures\n"
            #expect(whole.output.contains("\nstatic, density 0.2 ") && whole.output.hasSuffix(files), "\(whole.output)")
            for file in ["report.html", "figures/accuracy.svg", "figures/accuracy.csv"] {
                let path = command.folder.appending(path: "whole/" + file).path
                #expect(FileManager.default.fileExists(atPath: path), "\(file)")
            }
            #expect(whole.output.contains("[x] top-1 and top-5"))
            #expect(try statuses(command, "whole") == ["done", "done", "done", "done"])

            let killed = try command.start(words + ["--out", "killed"])
            let log = command.folder.appending(path: "killed/runs/static-seed0/metrics.jsonl")
            while (try? Data(contentsOf: log).count) ?? 0 < 100 { usleep(5000) }
            kill(killed.process.processIdentifier, SIGKILL)
            #expect(try killed.finish().status == -SIGKILL)
            #expect(try statuses(command, "killed").contains("pending"))
            // The process of the run outlived the sweep: the second sweep waits for it.
            let again = try command.run(words + ["--out", "killed", "--json"])
            #expect(again.status == 0, "\(again.errors)")
            #expect(try table(command, "killed") == table(command, "whole"))
            let rows = try #require(try JSONSerialization.jsonObject(with: Data(again.output.utf8)) as? [[String: Any]])
            #expect(rows.compactMap { $0["status"] as? String } == ["done", "done", "done", "done"])
            // What is done is not done again.
            let before = try FileManager.default.attributesOfItem(atPath: log.path)[.modificationDate] as? Date
            let third = try command.run(words + ["--out", "killed"])
            #expect(third.status == 0 && third.errors == "4 runs, 4 of them done before\n", "\(third.errors)")
            #expect(try FileManager.default.attributesOfItem(atPath: log.path)[.modificationDate] as? Date == before)
        }
    }

    @Test(arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
    func anInterruptedSweepSaysHowToGoOn(signal: Int32, status: Int32) throws {
        try withExecutable { command in
            let words = Self.four + ["--epochs", "100000", "--out", "s"]
            let running = try command.start(words)
            let run = command.folder.appending(path: "s/runs/static-seed0")
            let log = run.appending(path: "metrics.jsonl")
            while (try? Data(contentsOf: log).count) ?? 0 < 100 { usleep(5000) }
            kill(running.process.processIdentifier, signal)
            let result = try running.finish()
            #expect(result.status == status)
            #expect(result.errors.hasSuffix("sparsetrain: interrupted; the same command with --out s goes on\n"))
            // The run wrote what it had, and no process is left.
            #expect(FileManager.default.fileExists(atPath: run.appending(path: "checkpoint.safetensors").path))
            #expect(try statuses(command, "s") == ["pending", "pending", "pending", "pending"])
        }
    }

    @Test func aFailureIsOneRunsOwn() throws {
        try withExecutable { command in
            let words = [
                "sweep", "--lr", "0.1,1e30", "--optimizer", "sgd", "--algo", "static", "--model", "mlp:20", "--epochs",
                "2", "--out", "s",
                "--quiet",
            ]
            let result = try command.run(words)
            #expect(result.status == 1 && result.errors.isEmpty, "\(result.errors)")
            #expect(try statuses(command, "s") == ["done", "failed"])
            let row = try table(command, "s")[2]
            #expect(row[2].contains("is not finite at step"), "\(row)")
            // It is tried again, and the table stays.
            let before = try table(command, "s")
            #expect(try command.run(words).status == 1)
            #expect(try table(command, "s") == before)
        }
    }

    @Test func whatNeverFitsIsRefused() throws {
        try withExecutable { command in
            let words = ["sweep", "--model", "mlp:20", "--steps", "2", "--out", "s", "--seed", "0,1"]
            let result = try command.run(words + ["--memory", "2M"])
            #expect(result.status == 1 && result.errors.contains("of memory, and the runs of this sweep have 2 MB"))
            #expect(try statuses(command, "s") == ["failed", "failed"])
            #expect(try command.run(words + ["--memory", "2G"]).status == 0)
        }
    }

    @Test func theBetterHalfGoesOn() throws {
        try withExecutable { command in
            let words = [
                "sweep", "--lr", "1e-9,0.1", "--optimizer", "sgd", "--seed", "0,1", "--model", "mlp:20", "--epochs",
                "8",
                "--validation-fraction", "0.2", "--halving", "--out", "s", "--quiet",
            ]
            let result = try command.run(words)
            #expect(result.status == 0, "\(result.errors)")
            #expect(try statuses(command, "s") == ["stopped", "stopped", "done", "done"])
            let first = try table(command, "s")
            let epochs = try #require(first[0].firstIndex(of: "epochs"))
            #expect(first.map { $0[epochs] } == ["epochs", "2", "2", "8", "8"])
            #expect(try command.run(words).status == 0)
            #expect(try table(command, "s") == first)
        }
    }

    @Test func aDryRunListsWhatIsNeeded() throws {
        try withExecutable { command in
            let result = try command.run([
                "sweep", "--protocol", "blalock2020", "--epochs", "2", "--seed", "0", "--out", "s", "--dry-run",
            ])
            #expect(result.status == 0, "\(result.errors)")
            let lines = result.output.split(separator: "\n")
            #expect(lines.count == 1 + 21 + 1 && lines[0].hasPrefix("run") && lines[22].hasPrefix("21 runs, "))
            #expect(lines.contains { $0.hasPrefix("small_dense-ratio4") && $0.contains("mlp:117,39") })
            #expect(!FileManager.default.fileExists(atPath: command.folder.appending(path: "s").path))
        }
    }

    @Test func aFileGivesPairsAndDraws() throws {
        try withExecutable { command in
            let grid = #"""
                {"base": {"steps": 2}, "pairs": [{"model": "mlp:20"}, {"model": "mlp:10,5", "steps": 3}],
                 "grid": {"algo": ["static", "set"]}, "random": {"lr": {"from": 0.01, "to": 1, "scale": "log"}}}
                """#
            try Data(grid.utf8).write(to: command.folder.appending(path: "g.json"))
            let result = try command.run([
                "sweep", "--grid", "g.json", "--random", "2", "--json", "--out", "s", "--quiet",
            ])
            #expect(result.status == 0, "\(result.errors)")
            let rows = try #require(
                try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [[String: Any]])
            #expect(rows.count == 8)
            #expect(rows.compactMap { $0["steps"] as? Int } == [2, 2, 2, 2, 3, 3, 3, 3])
            #expect(Set(rows.compactMap { $0["lr"] as? String }).count == 2)
        }
    }

    @Test(arguments: [
        (["--model", "resnet20,lenet5"], "--grid FILE"), (["--ratio", "0.5"], "from 1 (dense)"),
        (["--ratio", "2", "--density", "0.1"], "they decide the same"),
        (["--ratio", "2", "--density", "0.1,0.2"], "they decide the same"),
        (["--threads", "1,2"], "changes no result"),
        (["--algo", "rigl,rigle"], "--algo rigle: unknown"), (["--lr", "0.1,"], "--lr '': must be"),
        (["--protocol", "blalock2019"], "did you mean blalock2020?"), (["--grid", "none.json"], "--grid none.json: "),
        (["--random", "3"], #"needs a file with "random""#),
        (["--random", "0"], "must be a whole number from 1 to 10000"),
        (["--cores", "0"], "--cores 0: must be"), (["--memory", "8X"], "such as 8G"),
        (["--halving"], "--validation-fraction"),
        (["--cores", "1", "--threads", "2"], "does not fit into --cores 1"), (["--data", "nowhere"], "nowhere"),
        (["--resume"], "--resume is an option of train, not of sweep"), (["runs"], "unexpected 'runs'"),
    ])
    func whatCannotBeUsedIsRefused(words: [String], part: String) throws {
        try withExecutable { command in
            let result = try command.run(["sweep", "--out", "s"] + words)
            #expect(result.status == 2 && result.errors.contains(part), "\(result)")
            #expect(result.errors.split(separator: "\n").count == 1)
            #expect(!FileManager.default.fileExists(atPath: command.folder.appending(path: "s").path))
        }
    }
}
