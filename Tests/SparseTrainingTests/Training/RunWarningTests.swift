import SparseData
import Testing

@testable import SparseTraining

/// A run that cannot do what was meant, or did not, says so: in the output, the metrics and the summary.
@Suite struct RunWarningTests {
    private final class Log: TrainingObserver {
        var messages: [String] = []
        func warningWasRaised(_ record: WarningRecord) { messages.append(record.message) }
    }

    private func warnings(
        data: DataSource? = nil, _ change: (inout TrainingConfiguration) -> Void
    ) throws -> [String] {
        var run = TrainingConfiguration()
        (run.model, run.epochs) = ("mlp:30", 3)
        change(&run)
        let log = Log()
        let summary = try Trainer(run, data: data, observers: [log]).run()
        #expect(summary.warnings == log.messages)
        return log.messages
    }

    @Test(arguments: Parts.methods.names.filter { !["granet", "gmp"].contains($0) })
    func methodsThatNeverMove(algorithm: String) throws {
        func count(_ change: (inout TrainingConfiguration) -> Void) throws -> Int {
            try warnings {
                $0.method = algorithm
                change(&$0)
            }.count { $0.contains("no topology update") }
        }
        let moves = try Parts.methods.named(algorithm).movesConnections ? 1 : 0
        #expect(try count { _ in } == 0)
        #expect(try count { $0.deltaT = .steps(1000) } == moves)
        #expect(try count { ($0.deltaT, $0.beginStep) = (.steps(5), 100_000) } == moves)
        #expect(try count { ($0.deltaT, $0.endFraction) = (.steps(5), 0.01) } == moves)
    }

    @Test func updatesThatReplaceNothing() throws {
        #expect(try warnings { ($0.method, $0.dropFraction) = ("rigl", 0) }.count == 1)
        #expect(try warnings { ($0.method, $0.dropFraction, $0.dropFloor) = ("itop-set", 0, 0) }.count == 1)
        // int(f n) is 0 in every layer.
        let small = try warnings { ($0.method, $0.dropFraction) = ("rigl", 1e-6) }
        #expect(small.count == 1 && small[0].contains("explored no new position"))
        #expect(try warnings { ($0.method, $0.density) = ("rigl", 1) }.map { $0.contains("full") } == [true])
        #expect(try warnings { _ in } == [])
        // It only takes away.
        #expect(try warnings { ($0.method, $0.deltaT) = ("gmp", .steps(5)) } == [])
    }

    @Test func theAccuracyOfGuessing() throws {
        let bad = try warnings { ($0.method, $0.learningRate) = ("static", 1e-9) }
        #expect(bad.count == 1 && bad[0].contains("that of guessing"))
        #expect(try warnings { $0.method = "static" } == [])
    }

    /// Four classes: among the five likeliest is every one.
    @Test func topFiveNeedsFiveClasses() throws {
        func summary(_ classes: Int) throws -> TrainingSummary {
            let labels = (0..<200).map { $0 % classes }
            let dataset = try InMemoryDataset(
                features: labels.flatMap { label in (0..<8).map { Float(label == $0 ? 1 : 0) } }, labels: labels,
                shape: SampleShape(channels: 8), classes: classes)
            let subset = Subset(dataset)
            var run = TrainingConfiguration()
            (run.model, run.epochs, run.density) = ("mlp:16", 1, 0.5)
            return try Trainer(run, data: DataSource(name: "made", train: subset, test: subset)).run()
        }
        #expect(try summary(4).testTop5 == nil)
        #expect(String(decoding: try summary(4).json(), as: UTF8.self).contains("\"test_top5\":null"))
        #expect(try summary(5).testTop5 == 1)
    }
}
