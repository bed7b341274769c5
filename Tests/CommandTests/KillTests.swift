import Foundation
import TestSupport
import Testing

/// Runs that are killed, interrupted or refused their disk. `Tests/kill-and-resume.sh` is the long form.
@Suite struct KillTests {
    private let run = [
        "--epochs", "20", "--model", "mlp:60,40", "--dropout", "0.2", "--batch-norm", "--delta-t", "17", "--quiet",
        "--out", "run", "--resume",
    ]

    /// A checkpoint without the times at its end.
    private func checkpoint(_ folder: URL) throws -> Data {
        try Data(contentsOf: folder.appending(path: "run/checkpoint.safetensors")).dropLast(16)
    }

    @Test(arguments: ["static", "set", "rigl", "dsr"])
    func aKilledRunGoesOnAsIfNothingHadHappened(algorithm: String) throws {
        let words = run + ["--algo", algorithm]
        try withExecutable { whole in
            #expect(try whole.run(words).status == 0)
            try withExecutable { cut in
                let words = words + ["--checkpoint-steps", "3"]
                for wait: UInt32 in [60_000, 120_000, 90_000] {
                    let running = try cut.start(words)
                    usleep(wait)
                    kill(running.process.processIdentifier, SIGKILL)
                    _ = try running.finish()
                }
                let result = try cut.run(words)
                #expect(result.status == 0, "\(result.errors)")
                #expect(try checkpoint(cut.folder) == checkpoint(whole.folder))
            }
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
    @Test func aFullDiskLeavesTheCheckpointWhole() throws {
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

    @Test func otherOptionsAreListed() throws {
        try withExecutable { command in
            #expect(try command.run(run + ["--epochs", "1"]).status == 0)
            let result = try command.run(run + ["--epochs", "1", "--lr", "0.01"])
            #expect(result.status == 2)
            #expect(result.errors.contains("--lr unset, now 0.01"), "\(result.errors)")
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
