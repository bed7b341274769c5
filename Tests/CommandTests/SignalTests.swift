import Foundation
import TestSupport
import Testing

/// What signals do, before and during a run.
@Suite struct SignalTests {
    private func waitForMetrics(_ command: Executable) {
        let log = command.folder.appending(path: "run/metrics.jsonl")
        while (try? Data(contentsOf: log).count) ?? 0 < 1000 { usleep(10_000) }
    }

    private func summary(_ command: Executable) throws -> [String: Any] {
        let file = command.folder.appending(path: "run/summary.json")
        return try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
    }

    @Test(arguments: [(SIGINT, 130), (SIGTERM, 143), (SIGHUP, 129)] as [(Int32, Int32)])
    func theReportSaysHowToGoOn(signal: Int32, status: Int32) throws {
        try withExecutable { command in
            let running = try command.start(["--epochs", "100000", "--out", "run"])
            waitForMetrics(command)
            kill(running.process.processIdentifier, signal)
            // A terminal that is closed may hang up twice, which ends no run that is about to write its files.
            if signal == SIGHUP { kill(running.process.processIdentifier, signal) }
            let result = try running.finish()
            #expect(result.status == status)
            #expect(result.output.hasPrefix("interrupted in epoch "), "\(result.output)")
            #expect(result.output.hasSuffix("\nto go on: sparsetrain --resume --out run\n"), "\(result.output)")
            #expect(try summary(command)["interrupted"] as? Bool == true)
            let done = try #require(try summary(command)["epochs"] as? Int)
            let end = try command.run(["--resume", "--override", "--out", "run", "--epochs", "\(done)", "--quiet"])
            #expect(end.status == 0, "\(end)")
            #expect(try summary(command)["interrupted"] as? Bool == false)
        }
    }

    @Test func whoIgnoresHangUpsFromTheStartDoesSoToTheEnd() throws {
        try withExecutable { command in
            let result = try command.shell(
                """
                trap '' HUP
                $S --epochs 100000 --out run --quiet --checkpoint-epochs 1 & P=$!
                until [ -s run/checkpoint.safetensors ]; do sleep .05; done
                kill -HUP $P; kill -PIPE $P; sleep .3; kill -0 $P || exit 99
                kill -TERM $P; wait $P
                """)
            #expect(result.status == 143, "\(result)")
            #expect(try summary(command)["interrupted"] as? Bool == true)
        }
    }

    /// While data is read there is nothing to save: the process ends at once and leaves no folder.
    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/proc/self/fd")), arguments: [SIGINT, SIGTERM, SIGHUP])
    func nothingIsLeftOfARunThatHasNotBegun(signal: Int32) throws {
        try withExecutable { command in
            let lines = (0..<200).map { line in
                "\(line % 3)," + (0..<200).map { "\($0 * line % 97)" }.joined(separator: ",")
            }
            let block = Data((lines.joined(separator: "\n") + "\n").utf8)
            let file = command.folder.appending(path: "t.csv")
            try Data().write(to: file)
            let handle = try FileHandle(forWritingTo: file)
            for _ in 0..<1000 { try handle.write(contentsOf: block) }
            try handle.close()
            let running = try command.start(["--data", "t.csv", "--epochs", "100000", "--out", "run"])
            let descriptors = "/proc/\(running.process.processIdentifier)/fd"
            func isReading() -> Bool {
                let names = (try? FileManager.default.contentsOfDirectory(atPath: descriptors)) ?? []
                return names.contains { name in
                    (try? FileManager.default.destinationOfSymbolicLink(atPath: descriptors + "/" + name))?
                        .hasSuffix("t.csv") == true
                }
            }
            while !isReading() && running.process.isRunning { usleep(1000) }
            kill(running.process.processIdentifier, signal)
            let begin = Date()
            let result = try running.finish()
            #expect(result.status == 128 + signal, "\(result)")
            #expect(Date().timeIntervalSince(begin) < 5)
            #expect(!FileManager.default.fileExists(atPath: command.folder.appending(path: "run").path))
        }
    }
}
