import Foundation
import TestSupport
import Testing

/// Runs that are killed, interrupted or refused their disk. `Tests/kill-and-resume.sh` is the long form.
@Suite struct KillTests {
    private let run = [
        "--epochs", "20", "--model", "mlp:60,40", "--dropout", "0.2", "--batch-norm", "--delta-t", "17", "--quiet",
        "--out", "run", "--resume-or-start",
    ]

    /// A checkpoint without the times at its end.
    private func checkpoint(_ folder: URL) throws -> Data {
        try Data(contentsOf: folder.appending(path: "run/checkpoint.safetensors")).dropLast(16)
    }

    /// One kill of each of the script's runs: methods of all kinds, blocks, groups, dense layers and convolutions among them.
    @Test func killedRunsGoOnAsIfNothingHadHappened() throws {
        try withExecutable { command in
            let script = Process()
            script.executableURL = URL(filePath: "/bin/bash")
            script.arguments = [SharedData.packageRoot + "/Tests/kill-and-resume.sh", try command.url.path, "16"]
            let output = Pipe()
            (script.standardOutput, script.standardError) = (output, output)
            try script.run()
            let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            script.waitUntilExit()
            #expect(script.terminationStatus == 0, "\(text)")
            #expect(text == "16 kills, each resumed to the end; 0 of the resumed runs differ\n")
        }
    }

    /// A run that hangs, here because its checkpoint is to be written into a pipe that nobody reads, ends at the second
    /// signal.
    @Test func theSecondInterruptEndsTheProcessAtOnce() throws {
        try withExecutable { command in
            let running = try command.start(["--epochs", "1000000", "--out", "run", "--quiet"])
            let run = command.folder.appending(path: "run")
            let log = run.appending(path: "metrics.jsonl")
            while (try? Data(contentsOf: log).count) ?? 0 < 1000 { usleep(10_000) }
            try #require(mkfifo(run.appending(path: "checkpoint.safetensors.partial").path, 0o600) == 0)
            // Signals that come together count as one.
            for _ in 0..<1000 where running.process.isRunning {
                running.process.interrupt()
                usleep(20_000)
            }
            if running.process.isRunning { kill(running.process.processIdentifier, SIGKILL) }
            #expect(try running.finish().status == 130)
            #expect(!FileManager.default.fileExists(atPath: run.appending(path: "summary.json").path))
        }
    }

    @Test(arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
    func aSignalEndsTheRunWithACheckpoint(signal: Int32, status: Int32) throws {
        try withExecutable { command in
            let words = ["--epochs", "1000000", "--out", "run", "--quiet"]
            let running = try command.start(words)
            let log = command.folder.appending(path: "run/metrics.jsonl")
            while (try? Data(contentsOf: log).count) ?? 0 < 1000 { usleep(10_000) }
            kill(running.process.processIdentifier, signal)
            #expect(try running.finish().status == status)
            #expect(try checkpoint(command.folder).count > 1000)
        }
    }

    /// `ulimit -f` stands for a full disk: a checkpoint of this network is larger than its 16 KiB, the other files are not.
    @Test(.disabled(if: ThreadSanitizer.isLoaded, ThreadSanitizer.limitsFiles))
    func aFullDiskLeavesTheCheckpointWhole() throws {
        try withExecutable { command in
            #expect(try command.run(run + ["--epochs", "1"]).status == 0)
            let before = try checkpoint(command.folder)
            let shell = Process()
            shell.executableURL = URL(filePath: "/bin/bash")
            let words = [
                "--resume", "--override", "--out", "run", "--epochs", "3", "--quiet", "--checkpoint-steps", "9",
            ]
            shell.arguments = ["-c", "ulimit -f 16; exec \"$0\" \"$@\"", try command.url.path] + words
            shell.currentDirectoryURL = command.folder
            let errors = Pipe()
            shell.standardError = errors
            shell.standardOutput = FileHandle.nullDevice
            try shell.run()
            let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            shell.waitUntilExit()
            #expect(shell.terminationStatus == 0, "\(text)")
            #expect(
                text.contains("cannot write run/checkpoint.safetensors: ") && text.contains("the run goes on"),
                "\(text)")
            #expect(try checkpoint(command.folder) == before)
            let names = try FileManager.default.contentsOfDirectory(atPath: command.folder.path + "/run")
            #expect(!names.contains { $0.hasSuffix(".partial") })
        }
    }

    /// Metrics that outgrow 16 KiB, beside checkpoints that do not.
    @Test(.disabled(if: ThreadSanitizer.isLoaded, ThreadSanitizer.limitsFiles), arguments: ["warn", "stop"])
    func metricsThatCannotBeWritten(action: String) throws {
        try withExecutable { command in
            let shell = Process()
            shell.executableURL = URL(filePath: "/bin/bash")
            let words = [
                "--algo", "set", "--model", "mlp:4", "--density", "0.5", "--delta-t", "1", "--steps", "120", "--quiet",
                "--out", "run", "--on-write-failure", action,
            ]
            shell.arguments = ["-c", "ulimit -f 16; exec \"$0\" \"$@\"", try command.url.path] + words
            shell.currentDirectoryURL = command.folder
            let errors = Pipe()
            (shell.standardError, shell.standardOutput) = (errors, FileHandle.nullDevice)
            try shell.run()
            let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            shell.waitUntilExit()
            #expect(shell.terminationStatus == (action == "warn" ? 0 : 1), "\(text)")
            #expect(text.hasPrefix("sparsetrain: cannot write run/metrics.jsonl: File too large"), "\(text)")
            // Of each file once said is enough; that no line is left in halves can be seen in any case.
            let said = text.split(separator: "\n")
            let ofMetrics = said.count { $0.contains("cannot write run/metrics.jsonl: ") }
            let ofEvents = said.count { $0.contains("cannot write run/events.out.tfevents.sparsetrain: ") }
            // A page is larger than that, too.
            let ofPage = said.count { $0.contains("cannot write run/report.html: ") }
            #expect(ofMetrics == 1 && ofEvents <= 1 && ofPage == (action == "warn" ? 1 : 0), "\(text)")
            #expect(said.count == ofMetrics + ofEvents + ofPage, "\(text)")
            let log = try String(contentsOf: command.folder.appending(path: "run/metrics.jsonl"), encoding: .utf8)
            #expect(log.utf8.count > 12_000 && log.hasSuffix("}\n"))
            if action == "warn" {
                #expect(try checkpoint(command.folder).count > 1000)
                #expect(try command.run(["--resume", "--out", "run", "--quiet"]).status == 0)
            }
        }
    }

    @Test func otherOptionsAreListed() throws {
        try withExecutable { command in
            #expect(try command.run(run + ["--epochs", "1"]).status == 0)
            let result = try command.run(run + ["--epochs", "1", "--lr", "0.01"])
            #expect(result.status == 2)
            #expect(result.errors.contains("--lr 0.05, now 0.01"), "\(result.errors)")
            #expect(try command.run(["--resume", "--quiet"]).errors.contains("--resume and --out"))
            #expect(try command.run(["--override", "--quiet"]).errors.contains("--override needs --resume"))
        }
    }

    @Test func aDamagedCheckpointIsNamedAndKept() throws {
        try withExecutable { command in
            #expect(try command.run(run + ["--epochs", "1"]).status == 0)
            let file = command.folder.appending(path: "run/checkpoint.safetensors")
            let cut = try Data(contentsOf: file).dropLast(100)
            try cut.write(to: file)
            let result = try command.run(run + ["--epochs", "1"])
            #expect(result.status == 1 && result.errors.contains("run/checkpoint.safetensors: "), "\(result.errors)")
            #expect(try Data(contentsOf: file) == cut)
        }
    }
}
