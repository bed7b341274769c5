import Foundation
import TestSupport
import Testing

/// Runs keep to their own folder: none destroys another's files, or the user's.
@Suite struct RunFolderTests {
    private let short = ["--steps", "60", "--quiet"]

    /// Paths of all files, with their bytes.
    private func contents(_ folder: URL) throws -> [String: Data] {
        try FileManager.default.subpathsOfDirectory(atPath: folder.path).reduce(into: [:]) { all, name in
            var isFolder: ObjCBool = false
            let file = folder.appending(path: name)
            _ = FileManager.default.fileExists(atPath: file.path, isDirectory: &isFolder)
            all[name] = isFolder.boolValue ? Data() : try Data(contentsOf: file)
        }
    }

    private func object(_ folder: URL, _ name: String) throws -> [String: Any] {
        let data = try Data(contentsOf: folder.appending(path: name))
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    /// The command must refuse these words with one line, this status, and no change on disk.
    private func expectRefusal(
        _ command: Executable, _ words: [String], status: Int32, says: String, in folder: URL? = nil
    ) throws {
        let before = try contents(command.folder)
        let result = try command.run(words)
        #expect(result.status == status && result.output.isEmpty, "\(words): \(result)")
        #expect(result.errors.contains(says) && result.errors.count { $0.isNewline } == 1, "\(words): \(result.errors)")
        #expect(try contents(command.folder) == before, "\(words)")
    }

    @Test func runsOfOneSecondHaveFoldersOfTheirOwn() throws {
        try withExecutable { command in
            let running = try (1...6).map { try command.start(short + ["--seed", "\($0)"]) }
            for run in running { #expect(try run.finish().status == 0) }
            let runs = command.folder.appending(path: "runs")
            let names = try FileManager.default.contentsOfDirectory(atPath: runs.path)
            #expect(names.count == 6)
            let seeds = try names.map { name in
                let folder = runs.appending(path: name)
                let seed = try object(folder, "summary.json")["seed"] as? Int
                #expect(try object(folder, "config.json")["seed"] as? Int == seed)
                return seed
            }
            #expect(Set(seeds) == Set((1...6).map(Optional.some)))
        }
    }

    @Test func aConfigurationOfARunMakesAnotherRun() throws {
        try withExecutable { command in
            #expect(try command.run(short + ["--out", "a"]).status == 0)
            let before = try contents(command.folder.appending(path: "a"))
            #expect(try command.run(["--config", "a/config.json", "--seed", "5", "--quiet"]).status == 0)
            #expect(try contents(command.folder.appending(path: "a")) == before)
            let runs = command.folder.appending(path: "runs")
            #expect(try FileManager.default.contentsOfDirectory(atPath: runs.path).count == 1)
            // A user's own file may name the folder; it is refused like the option.
            try Data("{\"out\": \"b\", \"steps\": 9}".utf8).write(to: command.folder.appending(path: "b.json"))
            #expect(try command.run(["--config", "b.json", "--quiet"]).status == 0)
            #expect(try object(command.folder.appending(path: "b"), "summary.json")["steps"] as? Int == 9)
            try expectRefusal(command, ["--config", "b.json"], status: 2, says: "it holds an earlier run")
        }
    }

    @Test func aFolderWithARunIsRefusedUnlessOverwritten() throws {
        try withExecutable { command in
            #expect(try command.run(short + ["--out", "a"]).status == 0)
            let a = command.folder.appending(path: "a")
            let checkpoint = try Data(contentsOf: a.appending(path: "checkpoint.safetensors"))
            try expectRefusal(command, short + ["--out", "a"], status: 2, says: "--overwrite")
            try expectRefusal(command, short + ["--out", "a/"], status: 2, says: "it holds an earlier run")
            try expectRefusal(command, ["--dry-run", "--out", "a"], status: 2, says: "it holds an earlier run")
            try expectRefusal(
                command, ["--out", "a", "--overwrite", "--resume"], status: 2, says: "--resume and --overwrite")
            try expectRefusal(command, ["--out", "a", "--overwrite", "--data", "none"], status: 1, says: "none")
            try FileManager.default.createSymbolicLink(
                at: command.folder.appending(path: "link"), withDestinationURL: a)
            try expectRefusal(command, short + ["--out", "link"], status: 2, says: "it holds an earlier run")
            #expect(try command.run(short + ["--out", "a", "--overwrite", "--seed", "3"]).status == 0)
            #expect(try Data(contentsOf: a.appending(path: "checkpoint-previous.safetensors")) == checkpoint)
            #expect(try object(a, "summary.json")["seed"] as? Int == 3)
        }
    }

    /// Files of the names of a run's that no run wrote.
    static let foreign: [(name: String, text: String)] = [
        ("config.json", "{\"density\": 0.2}"), ("config.json", "{\"name\": \"my program\"}"), ("config.json", "text"),
        ("config.json", ""), ("summary.json", "{\"total\": 1}"), ("summary.json", "{}"),
        ("metrics.jsonl", "{\"loss\": 1}\n"),
        ("metrics.jsonl", "text\n"), ("checkpoint.safetensors", "weights"), ("checkpoint-best.safetensors", "weights"),
    ]

    @Test(arguments: foreign.indices) func filesOfTheUserStay(index: Int) throws {
        let (name, text) = Self.foreign[index]
        try withExecutable { command in
            try Data(text.utf8).write(to: command.folder.appending(path: name))
            for words in [[], ["--overwrite"], ["--resume-or-start"], ["--dry-run"]]
            where !(words == ["--resume-or-start"] && name == "checkpoint.safetensors") {
                try expectRefusal(
                    command, short + ["--out", "."] + words, status: 2, says: "its \(name) was not written by a run")
            }
            // Beside a run's own files, too.
            if name == "summary.json" {
                #expect(try command.run(short + ["--out", "run"]).status == 0)
                try Data(text.utf8).write(to: command.folder.appending(path: "run/" + name))
                try expectRefusal(
                    command, short + ["--out", "run", "--overwrite"], status: 2, says: "its \(name) was not written")
                try expectRefusal(
                    command, ["--out", "run", "--resume"], status: 2, says: "its \(name) was not written")
            }
        }
    }

    @Test func otherFilesAreNobodysBusiness() throws {
        try withExecutable { command in
            let own = ["notes.txt": "mine", "model.safetensors": "mine", "my-config.json": "{\"steps\": 9}"]
            for (name, text) in own { try Data(text.utf8).write(to: command.folder.appending(path: name)) }
            #expect(try command.run(["--config", "my-config.json", "--out", ".", "--quiet"]).status == 0)
            for (name, text) in own {
                #expect(try Data(contentsOf: command.folder.appending(path: name)) == Data(text.utf8))
            }
        }
    }

    /// Whatever a resume is refused for: the folder is as it was, byte for byte.
    @Test func aRefusedResumeChangesNothing() throws {
        try withExecutable { command in
            #expect(try command.run(["--epochs", "3", "--quiet", "--out", "a"]).status == 0)
            let files = FileManager.default
            let a = command.folder.appending(path: "a")
            func damaged(_ name: String, _ change: (URL) throws -> Void) throws -> String {
                let copy = command.folder.appending(path: name)
                try files.copyItem(at: a, to: copy)
                try change(copy)
                return name
            }
            let cut = try damaged("cut") { folder in
                let log = folder.appending(path: "metrics.jsonl")
                let first = try String(contentsOf: log, encoding: .utf8).split(separator: "\n")[0]
                try Data((first + "\n").utf8).write(to: log)
            }
            let without = try damaged("without") { try files.removeItem(at: $0.appending(path: "metrics.jsonl")) }
            let half = try damaged("half") { folder in
                let file = folder.appending(path: "checkpoint.safetensors")
                try Data(contentsOf: file).prefix(1000).write(to: file)
            }
            let other = try damaged("other") { folder in
                try Data("{\"x\": 1}".utf8).write(to: folder.appending(path: "config.json"))
            }
            let empty = try damaged("empty") { folder in
                try files.removeItem(at: folder.appending(path: "checkpoint.safetensors"))
            }
            for (folder, words, status, says) in [
                (cut, [], 1, "1 lines, but the checkpoint was made after "), (without, [], 1, "metrics.jsonl"),
                (half, [], 1, "checkpoint.safetensors"), (other, [], 2, "config.json"),
                (empty, [], 2, "--resume-or-start"),
                ("a", ["--lr", "0.3"], 2, "--lr"), ("a", ["--density", "0.3"], 2, "--density"),
                ("a", ["--override", "--density", "0.3"], 2, "--density 0.1, now 0.3"),
                ("a", ["--override", "--model", "mlp:9"], 2, "--model"),
                ("a", ["--override", "--data", "no"], 1, "no"),
                ("a", ["--override", "--seed", "9"], 2, "--seed 0, now 9"), ("none", [], 2, "there is no such folder"),
                ("a/config.json", [], 2, "there is no such folder"),
            ] as [(String, [String], Int32, String)] {
                try expectRefusal(
                    command, ["--resume", "--quiet", "--out", folder] + words, status: status, says: says)
            }
            try expectRefusal(command, ["--resume"], status: 2, says: "--resume --out FOLDER")
            let before = try contents(command.folder)
            #expect(try command.run(["--resume", "--out", "a", "--dry-run"]).status == 0)
            #expect(try command.run(["--overwrite", "--out", "a", "--dry-run"]).status == 0)
            #expect(try contents(command.folder) == before)
        }
    }

    @Test func resumeOrStartDoesEither() throws {
        try withExecutable { command in
            let words = short + ["--resume-or-start", "--out", "new/run", "--json"]
            #expect(try command.run(words).status == 0)
            let metrics = command.folder.appending(path: "new/run/metrics.jsonl")
            let before = try Data(contentsOf: metrics)
            #expect(try command.run(words).status == 0)
            #expect(try Data(contentsOf: metrics) == before)
        }
    }

    /// The second run is refused while the first lives; nothing holds the folder when that was killed.
    @Test func aFolderIsForOneRunAtATime() throws {
        try withExecutable { command in
            let first = try command.start(["--epochs", "100000", "--out", "run", "--quiet", "--checkpoint-epochs", "1"])
            let checkpoint = command.folder.appending(path: "run/checkpoint.safetensors")
            while !FileManager.default.fileExists(atPath: checkpoint.path) { usleep(10_000) }
            for words in [[], ["--overwrite"], ["--resume"], ["--resume-or-start"]] {
                let second = try command.run(["--out", "run", "--steps", "5", "--quiet"] + words)
                #expect(second.status == 1 && second.errors.contains("another run is using this folder"), "\(second)")
            }
            #expect(first.process.isRunning)
            kill(first.process.processIdentifier, SIGKILL)
            #expect(try first.finish().status == -SIGKILL)
            let next = try command.run(["--resume", "--override", "--out", "run", "--epochs", "1", "--quiet"])
            #expect(next.status == 0, "\(next)")
        }
    }

    @Test func dataIsFoundFromAnywhere() throws {
        try withExecutable { command in
            let rows = (0..<90).map { "\($0 % 3),\($0 % 3),\($0 % 7)" }.joined(separator: "\n") + "\n"
            for name in ["t.csv", "test.csv"] { try Data(rows.utf8).write(to: command.folder.appending(path: name)) }
            let words = [
                "--data", "t.csv", "--test-data", "./test.csv", "--target", "first", "--model", "mlp:9", "--epochs",
                "4", "--quiet",
            ]
            #expect(try command.run(words + ["--out", "run"]).status == 0)
            let config = try object(command.folder.appending(path: "run"), "config.json")
            for key in ["data", "test-data"] { #expect((config[key] as? String)?.hasPrefix("/") == true) }
            let there = try command.shell("mkdir sub && cd sub && $S --resume --out ../run --quiet")
            #expect(there.status == 0, "\(there)")
            // Written otherwise, the same file.
            #expect(try command.run(words + ["--resume", "--out", "run"]).status == 0)
            #expect(try command.run(["--resume", "--out", "run", "--data", "sub/../t.csv", "--quiet"]).status == 0)
        }
    }

    /// A finished run with other samples to test is measured anew, and can be resumed as what it is now.
    @Test func otherTestDataIsTested() throws {
        try withExecutable { command in
            func rows(_ shift: Int) -> Data {
                Data((0..<120).map { "\(($0 + shift) % 3),\($0 % 3),\(2 - $0 % 3),\($0 % 7)\n" }.joined().utf8)
            }
            for (name, shift) in [("t.csv", 0), ("right.csv", 0), ("wrong.csv", 1)] {
                try rows(shift).write(to: command.folder.appending(path: name))
            }
            let words = ["--data", "t.csv", "--label-column", "first", "--model", "mlp:20", "--density", "0.5"]
            let first = try command.run(
                words + ["--test-data", "right.csv", "--epochs", "30", "--out", "run", "--quiet", "--json"])
            #expect(try first.object()["test_accuracy"] as? Double == 1, "\(first)")
            let second = try command.run([
                "--resume", "--override", "--test-data", "wrong.csv", "--out", "run", "--quiet", "--json",
            ])
            #expect(try second.object()["test_accuracy"] as? Double == 0, "\(second)")
            let run = command.folder.appending(path: "run")
            #expect((try object(run, "config.json")["test-data"] as? String)?.hasSuffix("wrong.csv") == true)
            #expect(try object(run, "summary.json")["test_accuracy"] as? Double == 0)
            let third = try command.run(["--resume", "--out", "run", "--quiet", "--json"])
            #expect(try third.object()["test_accuracy"] as? Double == 0, "\(third)")
        }
    }
}
