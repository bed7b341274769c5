import Foundation
import TestSupport
import Testing

@testable import SparseTraining

/// Who goes on.
@Suite struct SuccessiveHalvingTests {
    private func plan(_ rates: String, seeds: String = "0,1", method: String = "rigl", ratio: String = "4") throws
        -> SweepPlan
    {
        var grid = SweepGrid()
        for (option, text) in [
            ("lr", rates), ("seed", seeds), ("algo", method), ("ratio", ratio), ("model", "mlp:20"), ("epochs", "8"),
            ("validation-fraction", "0.1"),
        ] { try grid.read(word: text, of: option) }
        return try SweepPlan(grid)
    }

    private func record(_ epoch: Int, _ accuracy: Double?) -> EpochRecord {
        let scores = Scores(loss: 1, values: [Scores.Value(name: "accuracy", value: accuracy)])
        return EpochRecord(
            epoch: epoch, step: epoch, learningRate: 1, train: scores, validation: scores, test: scores, nonzeros: 1,
            density: 1, trainFLOPsRatio: 1, seconds: 1, samplesPerSecond: 1)
    }

    /// Words for what a run is to do.
    private func words(_ tasks: [String: SuccessiveHalving.Task], _ plan: SweepPlan) -> [String] {
        plan.runs.map { run in
            switch tasks[run.name] {
            case .train(let epoch): epoch.map { "to \($0)" } ?? "on"
            case .wait: "wait"
            case .stop(let record): "stop \(record.epoch)"
            case nil: "none"
            }
        }
    }

    /// Four rates, two seeds; accuracies are such that rate 2 wins, then rate 3 (by its mean, not its best seed).
    @Test func theBetterHalfGoesOn() throws {
        let plan = try plan("0.1,0.2,0.3,0.4")
        let halving = try SuccessiveHalving(plan.runs)
        let after2 = [0.1, 0.2, 0.7, 0.8, 0.5, 0.7, 0.1, 0.99]
        let after4 = [0, 0, 0.8, 0.8, 0.9, 0.9, 0, 0]
        func tasks(_ known: (Int) -> [Int: EpochRecord], failed: Set<Int> = []) -> [String] {
            let places = Dictionary(uniqueKeysWithValues: plan.runs.enumerated().map { ($1.name, $0) })
            return words(
                halving.tasks(
                    records: { known(places[$0.name] ?? 0) }, hasFailed: { failed.contains(places[$0.name] ?? 0) }),
                plan)
        }
        #expect(tasks { _ in [:] } == Array(repeating: "to 2", count: 8))
        // The last has not measured epoch 2: all others wait, however far they are.
        let some = tasks { $0 == 7 ? [1: record(1, 1)] : [2: record(2, after2[$0]), 3: record(3, 1)] }
        #expect(some == Array(repeating: "wait", count: 7) + ["to 2"])
        let first = tasks { [2: record(2, after2[$0])] }
        #expect(first == ["stop 2", "stop 2", "to 4", "to 4", "to 4", "to 4", "stop 2", "stop 2"])
        let second = tasks { [2: record(2, after2[$0]), 4: record(4, after4[$0])] }
        #expect(second == ["stop 2", "stop 2", "stop 4", "stop 4", "on", "on", "stop 2", "stop 2"])
        // What failed competes no more, nor what is not a number.
        let without = tasks({ [2: record(2, $0 == 3 ? nil : after2[$0])] }, failed: [4, 5])
        #expect(without == ["to 4", "to 4", "stop 2", "stop 2", "none", "none", "to 4", "to 4"])
    }

    /// A curve keeps its points, and its baselines.
    @Test func ratiosAndDenseNetworksDoNotCompete() throws {
        let plan = try plan("0.1", method: "dense,static,rigl", ratio: "2,4")
        let halving = try SuccessiveHalving(plan.runs)
        let tasks = halving.tasks(
            records: { [2: record(2, $0.method == "rigl" ? 0.9 : 0.1), 4: record(4, 0.5)] }, hasFailed: { _ in false })
        let kept = Set(
            plan.runs.filter { if case .train(nil) = tasks[$0.name] { true } else { false } }.map {
                "\($0.method) \($0.ratio ?? 1)"
            })
        #expect(kept == ["dense 1.0", "rigl 2.0", "rigl 4.0"])
    }

    @Test func withoutValidationSamplesThereIsNothingToChooseBy() throws {
        var grid = SweepGrid()
        try grid.read(word: "0.1,0.2", of: "lr")
        let plan = try SweepPlan(grid)
        #expect(throws: ConfigurationError.self) { try SuccessiveHalving(plan.runs) }
    }

    @Test func anEpochThatWasCutShortIsNone() throws {
        let folder = try TemporaryFolder()
        let file = URL(filePath: folder.path("metrics.jsonl"))
        let encoder = JSONEncoder()
        var partial = record(2, 0.3)
        partial.isCutShort = true
        let lines = try [record(1, 0.2), partial].map { try encoder.encode($0) + Data("\n".utf8) }
        try (lines[0] + lines[1] + Data(#"{"event":"epoch","epo"#.utf8)).write(to: file)
        var reader = EpochReader(file)
        reader.update()
        #expect(reader.records.keys.sorted() == [1])
        // The run goes on: the line gives way to that of the whole epoch.
        try (lines[0] + (try encoder.encode(record(2, 0.4))) + Data("\n".utf8)).write(to: file)
        reader.reread()
        #expect(reader.records[2]?.validation["accuracy"] == 0.4)
    }
}
