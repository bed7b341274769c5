import Foundation
import TestSupport
import Testing

@testable import SparseTraining

/// Runs that end when validation gets no better, against their own records.
@Suite struct PatienceTests {
    private func run(_ path: String, seed: Int, _ options: [String: String]) throws -> (TrainingSummary, RunHistory) {
        var run = TrainingConfiguration()
        (run.model, run.epochs, run.batchSize, run.out) = ("mlp:20", 40, 50, path)
        (run.validationFraction, run.trainSamples, run.seed) = (0.3, 300, UInt64(seed))
        for (name, value) in options { try run.set(name, to: value) }
        let summary = try Trainer(run).run()
        return (summary, try RunHistory(contentsOf: URL(filePath: path + "/metrics.jsonl")))
    }

    @Test(arguments: 0..<3)
    func endsSoManyEpochsAfterTheBest(seed: Int) throws {
        let folder = try TemporaryFolder()
        let (summary, history) = try run(folder.path("run"), seed: seed, ["patience": "3"])
        let accuracies = history.epochs.map { $0.validationAccuracy ?? -1 }
        let best = try #require(accuracies.indices.first { accuracies[$0] == accuracies.max() })
        #expect(accuracies.count == 40 || accuracies.count == best + 1 + 3)
        #expect(summary.epochs == accuracies.count)
        // Without patience the same epochs come first.
        let (_, whole) = try run(folder.path("whole"), seed: seed, [:])
        #expect(whole.epochs.count == 40)
        let first = whole.epochs.prefix(accuracies.count).map { $0.validationAccuracy ?? -1 }
        #expect(first == accuracies)
    }

    @Test(arguments: 0..<3)
    func theBestBecomesTheResult(seed: Int) throws {
        let folder = try TemporaryFolder()
        let (summary, history) = try run(folder.path("run"), seed: seed, ["patience": "2", "result": "best"])
        let accuracies = history.epochs.map { $0.validationAccuracy ?? -1 }
        let best = try #require(accuracies.indices.first { accuracies[$0] == accuracies.max() })
        #expect(summary.test.values.first?.value == history.epochs[best].testAccuracy)
        let model = try TrainedModel(contentsOf: folder.path("run"))
        let measured = try model.evaluate(model.configuration.testSamples())
        #expect(measured.scores.values.first?.value == history.epochs[best].testAccuracy)
    }
}
