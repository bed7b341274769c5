import Foundation
import SparseModels
import TestSupport
import Testing

@testable import SparseTraining

/// Several processes that share the shards of each batch. Here they are threads.
@Suite struct ShardTests {
    /// What a run comes to, bit by bit.
    private struct Outcome: Equatable, Sendable {
        var weights: [String: [UInt32]] = [:]
        var positions: [[Int]] = []
        /// Lines of `metrics.jsonl`, times aside.
        var metrics: [String] = []
        var steps = 0

        init(_ trainer: Trainer, _ summary: TrainingSummary) throws {
            for parameter in trainer.network.parameters {
                weights[parameter.name] = parameter.values.elements.map(\.bitPattern)
            }
            for buffer in trainer.network.buffers {
                weights[buffer.name] = buffer.buffer.elements.map(\.bitPattern)
            }
            positions = trainer.network.weights.map { $0.storedPositions() }
            steps = summary.steps
        }

        /// With the lines that a run wrote.
        mutating func read(_ folder: URL) throws {
            let text = try String(contentsOf: folder.appending(path: "metrics.jsonl"), encoding: .utf8)
            metrics = text.split(separator: "\n").map {
                String($0.replacing(/"(seconds|samples_per_second)":[-+.0-9e]+,?/, with: ""))
            }
        }
    }

    private static func configuration(_ words: [String: String]) throws -> TrainingConfiguration {
        var configuration = TrainingConfiguration()
        let usual = [
            "model": "mlp:40,30", "density": "0.2", "batch-size": "32", "steps": "30", "lr": "0.05", "shards": "4",
            "report": "false",
        ]
        for (name, value) in usual.merging(words, uniquingKeysWith: { $1 }).sorted(by: { $0.key < $1.key }) {
            try configuration.set(name, to: value)
        }
        return configuration
    }

    /// A run of so many processes, each on as many threads as its rank says; all must come to the same.
    private static func run(
        _ processes: Int, _ words: [String: String], in folder: URL? = nil, resumption: Resumption = .none,
        stopping step: Int? = nil
    ) throws -> Outcome {
        let outcomes = try ThreadRanks.run(processes) { communicator in
            var configuration = try Self.configuration(words)
            configuration.threads = 1 + communicator.rank % 2
            let cancellation = Cancellation()
            // Only the last is told to stop.
            let isLast = communicator.rank == processes - 1
            let stopper = isLast ? step.map { [Stopper($0, cancellation)] } : nil
            let trainer = try Trainer(
                configuration, observers: stopper ?? [], cancellation: cancellation,
                folder: folder.map { RunFolder(path: $0.path) }, resumption: resumption, communicator: communicator)
            return try Outcome(trainer, trainer.run())
        }
        for outcome in outcomes { #expect(outcome == outcomes[0]) }
        var outcome = outcomes[0]
        if let folder { try outcome.read(folder) }
        return outcome
    }

    private final class Stopper: TrainingObserver {
        let step: Int
        let cancellation: Cancellation
        init(_ step: Int, _ cancellation: Cancellation) { (self.step, self.cancellation) = (step, cancellation) }
        func stepDidEnd(_ progress: TrainingProgress) { if progress.step >= step { cancellation.cancel() } }
    }

    static let runs: [[String: String]] = [
        ["algo": "static"], ["algo": "set", "delta-t": "7"], ["algo": "rigl", "delta-t": "7"],
        ["algo": "rigl", "delta-t": "7", "grad-accumulation": "3", "micro-batches": "2"],
        ["algo": "dsr", "delta-t": "7"], ["algo": "snfs", "delta-t": "7"],
        ["algo": "granet", "delta-t": "7", "density": "0.1"],
        ["algo": "srigl", "delta-t": "7"], ["algo": "rigl", "delta-t": "7", "block": "4", "optimizer": "adam"],
        ["algo": "topkast", "delta-t": "7"], ["algo": "mest", "delta-t": "7"], ["algo": "deepr"],
        // Batch statistics, maps, and the last batch of an epoch, which has fewer shards than processes.
        ["algo": "rigl", "delta-t": "5", "model": "wrn-10-1", "steps": "12", "train-samples": "330"],
        ["algo": "set", "delta-t": "5", "model": "wrn-10-1", "steps": "12", "train-samples": "290", "augment": "flip"],
    ]

    @Test(arguments: runs) func bitsDoNotDependOnTheNumberOfProcesses(words: [String: String]) throws {
        var outcomes: [Outcome] = []
        for processes in [1, 2, 4] {
            let folder = try TemporaryFolder()
            outcomes.append(try Self.run(processes, words, in: URL(filePath: folder.path("run"))))
        }
        #expect(outcomes[0] == outcomes[1] && outcomes[0] == outcomes[2])
        #expect(outcomes[0].metrics.count >= 1 && outcomes[0].steps >= 12)
    }

    /// Six shards, of which a process has one, two, or three, which are two branches of their tree.
    @Test(arguments: [
        ["algo": "rigl", "delta-t": "7", "model": "mlp:400,30"], ["algo": "snfs", "delta-t": "7"],
        ["algo": "srigl", "delta-t": "7"], ["algo": "rigl", "delta-t": "7", "block": "4", "micro-batches": "2"],
        ["algo": "rigl", "delta-t": "5", "model": "wrn-10-1", "steps": "12", "train-samples": "330"],
    ]) func anyNumberOfProcessesThatHaveAsManyShards(words: [String: String]) throws {
        func run(_ processes: Int, shards: String) throws -> Outcome {
            let folder = try TemporaryFolder()
            let words = words.merging(["shards": shards, "batch-size": "36"]) { $1 }
            return try Self.run(processes, words, in: URL(filePath: folder.path("run")))
        }
        let six = try run(1, shards: "6")
        for processes in [2, 3, 6] { #expect(try run(processes, shards: "6") == six, "\(processes)") }
        let three = try run(1, shards: "3")
        #expect(try run(3, shards: "3") == three)
        #expect(three != six && six.steps >= 12)
    }

    /// Sums of other order, and the same network but for that.
    @Test(arguments: ["static", "rigl"]) func shardsAreOneBatchButForTheOrderOfSums(method: String) throws {
        func network(_ shards: String) throws -> Network {
            let trainer = try Trainer(Self.configuration(["algo": method, "delta-t": "7", "shards": shards]))
            _ = try trainer.run()
            return trainer.network
        }
        let (one, four) = (try network("1"), try network("4"))
        for (a, b) in zip(one.parameters, four.parameters) {
            #expect(a.matrix?.storedPositions() == b.matrix?.storedPositions())
            let largest = a.values.elements.map(\.magnitude).max() ?? 0
            for (x, y) in zip(a.values.elements, b.values.elements) { #expect(abs(x - y) <= 2e-3 * largest) }
        }
    }

    /// Begun on four, stopped by one of them, and ended by two.
    @Test(arguments: [
        ["algo": "rigl", "delta-t": "7", "steps": "140"],
        ["algo": "rigl", "delta-t": "7", "grad-accumulation": "4", "steps": "140"],
        ["algo": "snfs", "delta-t": "7", "grow-window": "5", "steps": "80"],
        ["algo": "rigl", "delta-t": "5", "model": "wrn-10-1", "steps": "14"],
    ]) func aRunGoesOnWithAnotherNumberOfProcesses(words: [String: String]) throws {
        let (whole, parts) = (try TemporaryFolder(), try TemporaryFolder())
        let expected = try Self.run(1, words, in: URL(filePath: whole.path("run")))
        let folder = URL(filePath: parts.path("run"))
        let first = try Self.run(4, words, in: folder, stopping: 6)
        #expect(first.steps < expected.steps)
        let second = try Self.run(2, words, in: folder, resumption: .exact)
        #expect(second == expected)
    }

    @Test func threeGoOnAsTwo() throws {
        let (whole, parts) = (try TemporaryFolder(), try TemporaryFolder())
        let words = [
            "algo": "rigl", "delta-t": "7", "grad-accumulation": "4", "steps": "140", "shards": "6", "batch-size": "36",
        ]
        let expected = try Self.run(1, words, in: URL(filePath: whole.path("run")))
        let folder = URL(filePath: parts.path("run"))
        #expect(try Self.run(3, words, in: folder, stopping: 6).steps < expected.steps)
        #expect(try Self.run(2, words, in: folder, resumption: .exact) == expected)
    }

    @Test func otherDataAreNoticed() throws {
        let error = #expect(throws: TrainingError.self) {
            try ThreadRanks.run(4) { communicator in
                var configuration = try Self.configuration([:])
                if communicator.rank == 2 { configuration.trainSamples = 400 }
                return try Trainer(configuration, communicator: communicator).plan
            }
        }
        #expect(error?.description.hasPrefix("rank 2 has other data than rank 0: their hash is ") == true, "\(error)")
    }

    @Test func otherOptionsAreNoticed() throws {
        let error = #expect(throws: TrainingError.self) {
            try ThreadRanks.run(2) { communicator in
                var configuration = try Self.configuration([:])
                if communicator.rank == 1 { configuration.learningRate = 0.06 }
                return try Trainer(configuration, communicator: communicator).plan
            }
        }
        #expect(error?.description.hasPrefix("rank 1 has other options than rank 0") == true, "\(error)")
    }

    /// A method that draws its own numbers, another way in every process.
    @Test func otherConnectionsAreNoticed() throws {
        let error = #expect(throws: TrainingError.self) {
            try ThreadRanks.run(2) { communicator in
                let rank = communicator.rank
                let method = Method(
                    name: "stray", summary: "a method that knows its process", citation: "a test",
                    preset: Settings { $0.deltaT = .steps(4) }
                ) { settings, run throws(PolicyError) in
                    var policy = try DropAndGrow(settings, run: run)
                    policy.schedule = ConstantFraction(rank == 0 ? 0.1 : 0.2)
                    return policy
                }
                let trainer = try Trainer(
                    Self.configuration([:]), method: method, communicator: communicator)
                return try trainer.run()
            }
        }
        let text = error?.description ?? ""
        let expected = /rank 1 has other connections after step [0-9]+ than rank 0: .* [0-9a-f]{16}, not [0-9a-f]{16}/
        #expect(text.wholeMatch(of: expected) != nil, "\(text)")
    }

    @Test func whatDoesNotGoTogetherIsRefused() throws {
        func refusal(_ processes: Int, _ words: [String: String]) throws -> String {
            let errors = try ThreadRanks.run(processes) { communicator in
                let configuration = try Self.configuration(words)
                let error = #expect(throws: ConfigurationError.self) {
                    try Trainer(configuration, communicator: communicator)
                }
                return error?.description ?? ""
            }
            return errors[0]
        }
        #expect(try refusal(2, ["shards": "1"]).contains("give a multiple of 2, such as --shards 2"))
        #expect(try refusal(3, [:]) == "--shards 4: must be a multiple of the 3 processes")
        #expect(try refusal(4, ["shards": "2"]) == "--shards 2: must be a multiple of the 4 processes")
        #expect(try refusal(1, ["shards": "3"]).contains("has no 3 equal shards; take a --batch-size of 30 or 33"))
        #expect(try refusal(2, ["batch-size": "30"]).contains("take a --batch-size of 28 or 32"))
    }

    @Test func theProcessesCountWhatTheySend() throws {
        let sent = try ThreadRanks.run(2) { communicator in
            let configuration = try Self.configuration(["algo": "rigl", "delta-t": "7", "model": "mlp:200,100"])
            let summary = try Trainer(configuration, communicator: communicator).run()
            return (summary, try #require(summary.communication))
        }
        for (summary, communication) in sent {
            let vectors = 200 + 100 + 10
            #expect(communication.gradientBytesPerStep == 4 * (summary.nonzeros + vectors))
            #expect(communication.processes == 2 && communication.shards == 4)
            #expect(communication.denseGradientBytes > 0 && communication.growthBytes > 0)
        }
        #expect(try Trainer(Self.configuration([:])).run().communication == nil)
    }
}
