import Foundation
import TestSupport
import Testing

@testable import SparseTraining

/// An epoch is measured, and its checkpoint written, before the topology update that falls on its last step.
@Suite struct EvaluationOrderTests {
    private final class Log: TrainingObserver {
        var epochs: [EpochRecord] = []
        var updates: [TopologyRecord] = []
        var events: [String] = []
        func epochDidEnd(_ record: EpochRecord) {
            epochs.append(record)
            events.append("epoch \(record.step)")
        }
        func topologyDidChange(_ record: TopologyRecord) {
            updates.append(record)
            events.append("update \(record.step)")
        }
    }

    private func run(
        _ algorithm: String, epochs: Int = 4, _ change: (inout TrainingConfiguration) -> Void = { _ in }
    ) throws -> (log: Log, summary: TrainingSummary) {
        var run = TrainingConfiguration()
        (run.method, run.model, run.batchSize, run.epochs) = (algorithm, "mlp:60,40", 100, epochs)
        (run.learningRate, run.distribution, run.deltaT, run.density) = (0.05, "erk", .epochs(1), 0.1)
        run.checkpointMinutes = 0
        change(&run)
        let log = Log()
        let summary = try Trainer(run, observers: [log]).run()
        return (log, summary)
    }

    @Test(arguments: Parts.methods.entries.map(\.part).filter(\.movesConnections).map(\.name))
    func updatesComeAfterTheEpochTheyFallOn(algorithm: String) throws {
        let (log, summary) = try run(algorithm) {
            ($0.deltaT, $0.endFraction) = (.steps(algorithm == "dsr" ? 5 : 15), 1)
            if algorithm == "mest" { $0.softBound = true }
        }
        #expect(!log.updates.isEmpty && log.updates.count == summary.topologyUpdates)
        for update in log.updates where update.step % 15 == 0 {
            let line = try #require(log.events.firstIndex(of: "update \(update.step)"))
            if let epoch = log.events.firstIndex(of: "epoch \(update.step)") { #expect(epoch < line) }
        }
        // What an epoch says is stored is what the update before it left.
        for epoch in log.epochs {
            if let before = log.updates.last(where: { $0.step < epoch.step }) {
                #expect(epoch.nonzeros == before.nonzeros)
            }
        }
        let last = try #require(log.epochs.last)
        #expect(last.nonzeros == summary.nonzeros && last.testAccuracy == summary.testAccuracy)
    }

    /// Up to its first update SET is static; the epoch that ends there must have the same accuracy.
    @Test(arguments: ["set", "mest", "dsr", "itop-set", "itop-rigl"])
    func theFirstEpochIsThatOfStatic(algorithm: String) throws {
        let fixed = try run("static", epochs: 3).log.epochs
        let moving = try run(algorithm, epochs: 3) {
            ($0.dropFraction, $0.dropThreshold) = (0.5, 0.2)
            // Its interval doubles after an eighth of the run.
            if algorithm == "dsr" { $0.deltaT = .steps(8) }
        }
        #expect(moving.log.updates.first?.step == (algorithm == "dsr" ? 16 : 15))
        let (first, second) = (moving.log.epochs[0], moving.log.epochs[1])
        #expect((first.testLoss, first.nonzeros) == (fixed[0].testLoss, fixed[0].nonzeros))
        #expect(second.testLoss != fixed[1].testLoss)
    }

    @Test func theBestHasTheDensityAskedFor() throws {
        let folder = try TemporaryFolder()
        let (log, summary) = try run("granet", epochs: 8) {
            ($0.density, $0.initialDensity, $0.deltaT, $0.out) = (0.02, 0.9, .steps(10), folder.path)
            ($0.validationFraction, $0.checkpointEpochs, $0.learningRate) = (0.2, 1, 0.2)
        }
        let asked = log.epochs.filter { $0.nonzeros == summary.nonzeros }
        #expect(!asked.isEmpty && asked.count < log.epochs.count)
        #expect(summary.bestValidationAccuracy == asked.compactMap(\.validationAccuracy).max())
        #expect((summary.bestValidationAccuracy ?? 1) < (log.epochs.compactMap(\.validationAccuracy).max() ?? 0))
        let best = try SafetensorsFile(path: folder.path("checkpoint-best.safetensors"))
        let state = try CheckpointMetadata.state(of: best)
        #expect(state.run.lastEpoch.map { $0.nonzeros } == summary.nonzeros)
    }

    /// With a soft bound that has not come down, and with GraNet stopped before the end of its pruning.
    @Test func withoutSuchAStateThereIsNoBest() throws {
        let folder = try TemporaryFolder()
        let (log, summary) = try run("mest", epochs: 4) {
            ($0.softBound, $0.deltaT, $0.endFraction, $0.out) = (true, .steps(40), 1, folder.path)
            ($0.validationFraction, $0.checkpointEpochs, $0.dropSchedule) = (0.2, 1, "constant")
        }
        #expect(log.epochs.allSatisfy { $0.density > 0.105 })
        #expect(summary.bestValidationAccuracy == nil)
        #expect(!FileManager.default.fileExists(atPath: folder.path("checkpoint-best.safetensors")))
        #expect(String(decoding: try summary.json(), as: UTF8.self).contains("\"best_validation_accuracy\":null"))
    }

    @Test func theDropFractionIsLogged() throws {
        let rigl = try run("rigl") { $0.deltaT = .steps(10) }
        #expect(rigl.log.updates.first.map { abs($0.dropFraction - 0.3) < 0.05 } == true)
        #expect(zip(rigl.log.updates, rigl.log.updates.dropFirst()).allSatisfy { $0.dropFraction > $1.dropFraction })
        for algorithm in ["dsr", "deepr", "topkast"] {
            for update in try run(algorithm, { $0.deltaT = .steps(10) }).log.updates {
                let stored = update.layers.map { $0.backwardNonzeros ?? $0.nonzeros }.reduce(0, +)
                let dropped = update.layers.map(\.dropped).reduce(0, +)
                #expect(abs(update.dropFraction - Double(dropped) / Double(stored)) < 1e-12)
            }
        }
    }
}
