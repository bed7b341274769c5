import Foundation
import TestSupport
import Testing

@testable import sparsetrain

/// Output that cannot be written: no training ends for it, and a lost result is an exit status.
@Suite struct OutputTests {
    /// What is done with the output of a short run, and the exit status that must come of it.
    static let redirections: [(text: String, status: Int32)] = [
        ("2>/dev/full", 0), ("2>&-", 0), ("2>/dev/full --quiet", 0), ("<&- 2>&-", 0), ("<&-", 0), ("2>&- --json", 0),
        (">/dev/full", 1), (">&-", 1), ("--json >/dev/full", 1), ("--json >&-", 1), (">/dev/full 2>/dev/full", 1),
        ("<&- >&- 2>&-", 1), ("> >(exec <&-; sleep 1)", 1),
    ]

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")), arguments: redirections.indices)
    func theRunIsWholeWhateverBecomesOfItsOutput(index: Int) throws {
        let (text, status) = Self.redirections[index]
        try withExecutable { command in
            // A pipe whose reader has had the time to go away.
            let result = try command.shell(
                "$S --data digits --epochs 3 --delta-t 10 --threads 1 --lr 0.06 --out out \(text)")
            #expect(result.status == status || text.contains("sleep"), "\(text): \(result)")
            try expectWholeRun(command.folder.appending(path: "out"), text)
            // It goes on from there, too.
            #expect(try command.run(["--resume", "--out", "out", "--quiet"]).status == 0)
        }
    }

    /// A warning in every step, and a reader that goes away after the first line.
    @Test(arguments: ["2>&1 | head -1", "2>&1 >out.txt | true", "2>&1 | true"])
    func aReaderThatGoesAwayEndsNoRun(text: String) throws {
        try withExecutable { command in
            let result = try command.shell("$S --epochs 40 --out out \(text) >/dev/null; exit ${PIPESTATUS[0]}")
            #expect([0, 1].contains(result.status), "\(text): \(result)")
            try expectWholeRun(command.folder.appending(path: "out"), text)
        }
    }

    @Test func wrongUsageStaysWrongUsage() throws {
        try withExecutable { command in
            for words in ["--densty 1", "--density 7", "nothing", "--resume", "methods rgl", "--config none.json"] {
                for text in ["2>/dev/full", "2>&-", "2>&1 | true; exit ${PIPESTATUS[0]}"] {
                    let result = try command.shell("$S \(words) \(text)")
                    #expect(result.status == 2, "\(words) \(text): \(result)")
                }
            }
        }
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
    func aLostListIsAFailure() throws {
        try withExecutable { command in
            for words in [
                "--help", "-h", "--version", "methods", "models", "methods rigl --json", "models resnet20", "help",
                "help models", "methods --help", "--dry-run", "--dry-run --json",
            ] {
                for text in [">/dev/full", ">&-"] {
                    let result = try command.shell("$S \(words) \(text)")
                    #expect(result.status == 1, "\(words) \(text)")
                    #expect(result.errors.hasPrefix("sparsetrain: cannot write to standard output: "), "\(result)")
                    #expect(result.errors.count { $0.isNewline } == 1, "\(words) \(text)")
                }
            }
            let result = try command.shell("$S --steps 20 --out out --quiet --json >/dev/full")
            #expect(result.errors.contains("the result is also in out/summary.json"), "\(result)")
        }
    }

    /// A pipe that takes nothing at the moment, and is not waited for: all arrives once somebody reads.
    @Test func pipesThatDoNotWait() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        try #require(fcntl(ends[1], F_SETFL, O_NONBLOCK) == 0)
        let (reader, writer) = (ends[0], ends[1])
        let text = String(repeating: "sixteen letters.", count: 40_000)
        #expect(throws: Output.Failure.self) { try Output.write(text, to: writer, patience: 20) }
        // What fitted is taken out again.
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        let held = read(reader, &buffer, buffer.count)
        #expect(held > 0 && held < text.utf8.count)
        let received = DispatchQueue(label: "reader").sync { () -> DispatchWorkItem in
            let item = DispatchWorkItem {
                var count = 0
                var piece = [UInt8](repeating: 0, count: 1000)
                while count < text.utf8.count {
                    let read = read(reader, &piece, piece.count)
                    if read <= 0 { break }
                    count += read
                }
            }
            DispatchQueue.global().async(execute: item)
            return item
        }
        try Output.write(text, to: writer, patience: -1)
        received.wait()
        close(reader)
        // Nobody reads any more. Swift Testing ignores no signal by itself.
        let before = signal(SIGPIPE, SIG_IGN)
        defer { signal(SIGPIPE, before) }
        #expect(throws: Output.Failure.self) { try Output.write("x", to: writer, patience: -1) }
        close(writer)
        #expect(throws: Output.Failure.self) { try Output.write("x", to: -1, patience: -1) }
    }

    /// Its files are those of a run, and hold nothing that was meant for a descriptor.
    private func expectWholeRun(_ run: URL, _ text: String) throws {
        let names = Set(try FileManager.default.contentsOfDirectory(atPath: run.path))
        #expect(
            names.isSuperset(of: ["config.json", "metrics.jsonl", "summary.json", "checkpoint.safetensors"]), "\(text)")
        for name in ["config.json", "summary.json"] {
            let object = try JSONSerialization.jsonObject(with: Data(contentsOf: run.appending(path: name)))
            #expect(object is [String: Any], "\(text): \(name)")
        }
        for line in try String(contentsOf: run.appending(path: "metrics.jsonl"), encoding: .utf8).split(separator: "\n")
        {
            #expect(try JSONSerialization.jsonObject(with: Data(line.utf8)) is [String: Any], "\(text)")
        }
    }
}
