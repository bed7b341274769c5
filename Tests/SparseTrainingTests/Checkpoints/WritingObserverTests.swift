import Foundation
import SparseTraining
import TestSupport
import Testing

/// Files of observers go on where the checkpoint left them. Seen from outside: this is what a program can do.
@Suite struct WritingObserverTests {
    private struct Crash: Error {}

    /// Writes the loss of each step on a line; its cursor counts bytes.
    private final class Losses: WritingObserver {
        let url: URL
        let cursorName: String
        /// The step at which the process ends, as it were.
        var crashStep = Int.max
        private(set) var began: [Int?] = []
        private var file: FileHandle?

        init(_ path: String, name: String = "losses") { (url, cursorName) = (URL(filePath: path), name) }

        func check(cursor: Int) throws {
            let bytes = try FileManager.default.attributesOfItem(atPath: url.path)[.size] as? Int ?? 0
            guard cursor <= bytes else {
                throw TrainingError.damagedCheckpoint(path: url.path, reason: "\(bytes) bytes of \(cursor)")
            }
        }

        func begin(at cursor: Int?) throws {
            began.append(cursor)
            if cursor == nil { try Data().write(to: url) }
            file = try FileHandle(forWritingTo: url)
            try file?.truncate(atOffset: UInt64(cursor ?? 0))
        }

        func cursor() throws -> Int {
            try file?.synchronize()
            return try Int(file?.offset() ?? 0)
        }

        func stepDidEnd(_ progress: TrainingProgress) throws {
            try file?.write(contentsOf: Data("\(progress.step) \(progress.loss)\n".utf8))
            if progress.step == crashStep { throw Crash() }
        }
    }

    private func configuration(_ out: String) -> TrainingConfiguration {
        var run = TrainingConfiguration()
        (run.model, run.steps, run.checkpointSteps, run.out) = ("mlp:20", 30, 5, out)
        return run
    }

    @Test func aFileGoesOnAfterACrash() throws {
        let folder = try TemporaryFolder()
        let whole = Losses(folder.path("whole.txt"))
        _ = try Trainer(configuration(folder.path("whole")), observers: [whole]).run()
        let run = configuration(folder.path("run"))
        for (crash, cursor) in [(8, nil), (17, 5), (Int.max, 15)] as [(Int, Int?)] {
            let losses = Losses(folder.path("run.txt"))
            losses.crashStep = crash
            let trainer = try Trainer(run, observers: [losses], resumption: .exactOrStart)
            #expect(losses.began.isEmpty)
            if crash < 30 {
                #expect(throws: Crash.self) { try trainer.run() }
            } else {
                #expect(try trainer.run().steps == 30)
            }
            let lines = try String(contentsOf: whole.url, encoding: .utf8).split(separator: "\n").prefix(cursor ?? 0)
            #expect(losses.began == [cursor.map { _ in lines.map { $0.utf8.count + 1 }.reduce(0, +) }])
        }
        #expect(try Data(contentsOf: URL(filePath: folder.path("run.txt"))) == Data(contentsOf: whole.url))
    }

    /// One that the checkpoint knows nothing of begins.
    @Test func anotherObserverBegins() throws {
        let folder = try TemporaryFolder()
        let run = configuration(folder.path("run"))
        let first = Losses(folder.path("first.txt"))
        first.crashStep = 12
        #expect(throws: Crash.self) { try Trainer(run, observers: [first]).run() }
        let second = Losses(folder.path("second.txt"), name: "others")
        _ = try Trainer(run, observers: [second], resumption: .exact).run()
        #expect(second.began == [nil])
        #expect(try String(contentsOf: second.url, encoding: .utf8).hasPrefix("11 "))
    }

    @Test func aFileThatIsTooShortIsRefused() throws {
        let folder = try TemporaryFolder()
        let run = configuration(folder.path("run"))
        let losses = Losses(folder.path("run.txt"))
        losses.crashStep = 12
        #expect(throws: Crash.self) { try Trainer(run, observers: [losses]).run() }
        try Data("1 2\n".utf8).write(to: losses.url)
        #expect(throws: TrainingError.self) { try Trainer(run, observers: [losses], resumption: .exact) }
        #expect(try Data(contentsOf: losses.url) == Data("1 2\n".utf8))
    }

    @Test func cursorsHaveNamesOfTheirOwn() throws {
        let folder = try TemporaryFolder()
        for names in [["one", "one"], ["metrics"]] {
            let observers = names.map { Losses(folder.path("x.txt"), name: $0) }
            #expect(throws: ConfigurationError.self) {
                try Trainer(configuration(folder.path("run")), observers: observers)
            }
        }
        #expect(!FileManager.default.fileExists(atPath: folder.path("run")))
    }
}
