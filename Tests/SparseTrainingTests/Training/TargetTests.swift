import Foundation
import SparseTraining
import TestSupport
import Testing

/// Runs on samples that have numbers, or nothing, as targets, and inputs of several kinds.
@Suite struct TargetTests {
    /// y0 = x0 - 2 x1, y1 = x2 + 1, both noisy.
    private func numbers(_ count: Int = 200) throws -> DataSource {
        var random = CounterRandom(seed: 5, purpose: .test)
        var (features, numbers): ([Float], [Float]) = ([], [])
        for _ in 0..<count {
            let x = (0..<4).map { _ in Float(random.nextUnit() * 2 - 1) }
            features += x
            numbers += [x[0] - 2 * x[1], x[2] + 1].map { $0 + Float(random.nextUnit() - 0.5) * 0.05 }
        }
        let dataset = try InMemoryDataset(
            features: features, numbers: numbers, outputs: 2, shape: SampleShape(channels: 4), names: ["a", "b"])
        return DataSource(
            name: "numbers", train: Subset(dataset, samples: Array(0..<150)),
            test: Subset(dataset, samples: Array(150..<count)))
    }

    private func configuration() -> TrainingConfiguration {
        var configuration = TrainingConfiguration()
        (configuration.model, configuration.epochs, configuration.density) = ("mlp:24", 30, 0.6)
        (configuration.loss, configuration.batchSize, configuration.validationFraction) = ("mse", 16, 0.2)
        (configuration.learningRate, configuration.threads) = (0.05, 2)
        return configuration
    }

    @Test func numbersAreLearnt() throws {
        let folder = try TemporaryFolder()
        var configuration = configuration()
        configuration.out = folder.path("run")
        let summary = try Trainer(configuration, data: numbers()).run()
        let determination = try #require(summary.test["r2"])
        #expect(determination > 0.9 && determination < 1 && summary.testAccuracy == nil)
        #expect(try #require(summary.test["mae"]) < 0.3)
        #expect(summary.bestValidation.name == "r2")
        // The files name the metrics.
        let text = try String(contentsOfFile: folder.path("run/metrics.jsonl"), encoding: .utf8)
        let epoch = try #require(
            text.split(separator: "\n").last { $0.contains("\"epoch\",") || $0.contains("\"event\":\"epoch\"") })
        for key in ["train_r2", "validation_r2", "test_r2", "test_mae", "test_loss"] {
            #expect(epoch.contains("\"\(key)\":"))
        }
        #expect(!epoch.contains("accuracy"))
        let content = try Data(contentsOf: URL(filePath: folder.path("run/summary.json")))
        let file = try JSONDecoder().decode(TrainingSummary.self, from: content)
        #expect(file.test["r2"] == determination && file.bestValidation == summary.bestValidation)
        let keys = String(decoding: content, as: UTF8.self)
        #expect(keys.contains("\"test_mae\"") && keys.contains("\"best_validation_r2\"") && !keys.contains("accuracy"))
        // Without the trainer the same comes out.
        let model = try TrainedModel(contentsOf: folder.path("run"))
        #expect(model.targets == .numbers(2) && model.classNames == ["a", "b"])
        let result = try model.evaluate(numbers().test)
        #expect(result.loss == summary.testLoss && result.scores["r2"] == determination)
        #expect(throws: DataError.self) { try model.evaluate(DataSource.open("digits").test) }
    }

    @Test func bestMayBeTheLeast() throws {
        let metrics = try MetricList([MeanAbsoluteError(), RSquared()])
        let log = EpochLog()
        let summary = try Trainer(configuration(), data: numbers(), metrics: metrics, observers: [log]).run()
        let errors = log.epochs.compactMap { $0.validation["mae"] }
        #expect(summary.bestValidation == Scores.Value(name: "mae", value: errors.min()))
        #expect(errors.count == 30 && log.epochs[3].train.values.map(\.name) == ["mae"])
        #expect(log.epochs[3].test.values.map(\.name) == ["mae", "r2"])
    }

    @Test func anInterruptedRunGoesOnTheSame() throws {
        let folder = try TemporaryFolder()
        var configuration = configuration()
        let whole = try Trainer(configuration, data: numbers()).run()
        (configuration.out, configuration.epochs) = (folder.path("run"), 30)
        let cancellation = Cancellation()
        let stopper = Stopper(after: 100, cancellation)
        let first = try Trainer(configuration, data: numbers(), observers: [stopper], cancellation: cancellation).run()
        #expect(first.interrupted)
        let second = try Trainer(configuration, data: numbers(), resumption: .exact).run()
        #expect(second.test == whole.test && second.trainLoss == whole.trainLoss)
        #expect(second.bestValidation == whole.bestValidation)
    }

    @Test func whatDoesNotGoTogetherIsRefused() throws {
        var configuration = configuration()
        // As somebody types it: where nobody does, the loss follows from the targets.
        try configuration.set("loss", to: "cross-entropy")
        let error = #expect(throws: ConfigurationError.self) { try Trainer(configuration, data: numbers()) }
        #expect(error.map { "\($0)" }?.contains("try mse") == true)
        var bad = [Float](repeating: 0, count: 12)
        bad[5] = .nan
        #expect(throws: DataError.self) {
            try InMemoryDataset(
                features: [Float](repeating: 0, count: 12), numbers: bad, shape: SampleShape(channels: 1))
        }
        #expect(throws: DataError.self) {
            try InMemoryDataset(features: [1, 2, 3], numbers: [1, 2], shape: SampleShape(channels: 1))
        }
    }

    /// Samples without targets: a network that gives its input back, with a loss of its own.
    @Test func nothingToCompareWith() throws {
        struct Unlabelled: Dataset {
            let name = "unlabelled"
            let count = 64
            let shape = SampleShape(channels: 6)
            let targets = TargetKind.none
            let preferredStandardization = Standardization.none
            func assemble(
                panel: Int, samples: AlignedBuffer<Int>, count: Int, into panels: Panels, scaling: FeatureScaling
            ) {
                for lane in 0..<Panels.lanes {
                    for channel in 0..<6 {
                        let sample = samples[32 * panel + lane]
                        panels[32 * panel + lane, channel] =
                            32 * panel + lane < count ? Float((sample >> channel) & 1) : 0
                    }
                }
            }
        }
        /// The squared distance to the all-ones vector.
        struct Distance: Loss {
            var name: String { "distance" }
            func evaluate(_ outputs: Panels, targets: Targets, samples: Int, gradient: Panels, panel: Int) -> Double {
                var sum = 0.0
                for lane in 0..<Panels.lanes {
                    let sample = 32 * panel + lane
                    for channel in 0..<outputs.channels {
                        let difference = sample < samples ? outputs[sample, channel] - 1 : 0
                        gradient[sample, channel] = 2 * difference / Float(samples)
                        sum += Double(difference * difference)
                    }
                }
                return sum
            }
        }
        let folder = try TemporaryFolder()
        var configuration = configuration()
        (configuration.epochs, configuration.out) = (20, folder.path("run"))
        let all = Subset(Unlabelled())
        let source = DataSource(name: "mine", train: all, test: all)
        let summary = try Trainer(configuration, data: source, loss: Distance()).run()
        #expect(try #require(summary.testLoss) < 0.2)
        let model = try TrainedModel(contentsOf: folder.path("run"))
        #expect(throws: TrainedModelError.self) { try model.evaluate(all) }
        #expect(try model.evaluate(all, loss: Distance()).loss == summary.testLoss)
    }
}

private final class EpochLog: TrainingObserver {
    var epochs: [EpochRecord] = []
    func epochDidEnd(_ record: EpochRecord) { epochs.append(record) }
}

private final class Stopper: TrainingObserver {
    private let step: Int
    private let cancellation: Cancellation
    init(after step: Int, _ cancellation: Cancellation) { (self.step, self.cancellation) = (step, cancellation) }
    func stepDidEnd(_ progress: TrainingProgress) { if progress.step == step { cancellation.cancel() } }
}
