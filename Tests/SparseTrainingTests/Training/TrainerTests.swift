import Foundation
import TestSupport
import Testing

@testable import SparseTraining

/// Runs of the trainer on the built-in digits.
@Suite struct TrainerTests {
    /// The example of the README.
    @Test func theExampleOfTheReadme() throws {
        var configuration = TrainingConfiguration()
        configuration.method = "rigl"
        configuration.density = 0.1
        configuration.model = "mlp:300,100"
        configuration.data = "digits"
        configuration.epochs = 50

        let trainer = try Trainer(configuration)
        let summary = try trainer.run()

        #expect((summary.testAccuracy ?? 0) >= 0.96)
        for layer in summary.layers {
            #expect(layer.nonzeros == Int((layer.density * Double(layer.shape[0] * layer.shape[1])).rounded()))
        }
        #expect(summary.layers.map(\.nonzeros).reduce(0, +) == summary.nonzeros)
        #expect(summary.parameters == summary.nonzeros + 410)
        #expect(summary.denseParameters == 64 * 300 + 300 * 100 + 1000 + 410)
    }

    @Test func theExampleOfTheReadmeIsThisOne() throws {
        let readme = try String(contentsOfFile: SharedData.packageRoot + "/README.md", encoding: .utf8)
        let test = try String(contentsOf: URL(filePath: #filePath), encoding: .utf8)
        let example = try #require(readme.firstMatch(of: /```swift\n([^`]*)```/)).1
        let statements = example.split(separator: "\n").filter { $0.contains("=") }
        #expect(statements.count >= 7)
        for statement in statements { #expect(test.contains("        \(statement)\n"), "\(statement)") }
    }

    @Test(arguments: [
        ("static", 0), ("set", 0), ("rigl", 0), ("rigl", 1),
    ])
    func learnsTheDigits(algorithm: String, seed: UInt64) throws {
        var configuration = TrainingConfiguration()
        (configuration.method, configuration.seed) = (algorithm, seed)
        let summary = try Trainer(configuration).run()
        #expect((summary.testAccuracy ?? 0) >= 0.95)
        #expect(summary.trainLoss < 0.02)
    }

    @Test(arguments: [("sgd", "constant", 0.02), ("adam", "cosine", 0.002), ("adamw", "step", 0.002)])
    func everyOptimiserAndScheduleLearns(optimizer: String, schedule: String, rate: Double) throws {
        var configuration = TrainingConfiguration()
        configuration.optimizer = optimizer
        configuration.learningRateSchedule = schedule
        configuration.learningRate = rate
        configuration.warmupSteps = 20
        configuration.epochs = 15
        #expect(try (Trainer(configuration).run().testAccuracy ?? 0) >= 0.94)
    }

    @Test func everyLossLearns() throws {
        var configuration = TrainingConfiguration()
        configuration.epochs = 15
        configuration.labelSmoothing = 0.1
        #expect(try (Trainer(configuration).run().testAccuracy ?? 0) >= 0.94)
        configuration.labelSmoothing = 0
        configuration.loss = "mse"
        configuration.learningRate = 0.2
        #expect(try (Trainer(configuration).run().testAccuracy ?? 0) >= 0.94)
    }

    @Test func densitiesAreThoseAskedFor() throws {
        var configuration = TrainingConfiguration()
        (configuration.method, configuration.steps) = ("static", 5)
        configuration.distribution = "uniform"
        configuration.denseLayers = ["fc3"]
        configuration.layerDensities = [.init(pattern: "fc1", density: 0.5)]
        let summary = try Trainer(configuration).run()
        #expect(summary.layers.map(\.nonzeros) == [9600, 3000, 1000])
        #expect(summary.exploredFraction == 13600.0 / 50200)
    }

    @Test func formatsFollowTheDensityAndTheOption() throws {
        var configuration = TrainingConfiguration()
        configuration.steps = 30
        configuration.deltaT = .steps(10)
        configuration.denseLayers = ["fc3"]
        configuration.blocks = [.init(pattern: "fc1", side: 4), .init(pattern: "fc3", side: 4)]
        let trainer = try Trainer(configuration)
        #expect(trainer.network.weights.map(\.format) == ["block4", "csr", "dense"])
        let summary = try trainer.run()
        #expect(summary.topologyUpdates == 2)
        #expect(summary.layers[2].nonzeros == 1000)
        #expect(summary.layers.map(\.format) == ["block4", "csr", "dense"])
        configuration.denseSwitch = false
        let sparse = try Trainer(configuration).run()
        #expect(sparse.layers.map(\.format) == ["block4", "csr", "block4"])
        #expect(sparse.layers[2].nonzeros == 1000)
    }

    @Test func aDenseNetworkIsNotInterrupted() throws {
        var configuration = TrainingConfiguration()
        configuration.density = 1
        configuration.epochs = 3
        let trainer = try Trainer(configuration)
        let summary = try trainer.run()
        #expect(trainer.network.weights.allSatisfy { $0.format == "dense" })
        #expect(summary.topologyUpdates == 0 && summary.trainFLOPsRatio == 1 && summary.exploredFraction == 1)
        #expect(summary.steps == 3 * trainer.plan.batchesPerEpoch)
    }

    @Test(arguments: Parts.methods.names)
    func everyMethodLearns(algorithm: String) throws {
        var configuration = TrainingConfiguration()
        configuration.method = algorithm
        configuration.deltaT = .steps(40)
        configuration.epochs = 15
        let summary = try Trainer(configuration).run()
        #expect((summary.testAccuracy ?? 0) >= 0.93)
        #expect(abs(summary.density - (algorithm == "dense" ? 1 : 0.1)) < 0.02)
    }

    /// Counts what it is told.
    private final class Counter: TrainingObserver {
        var plan: TrainingPlan?
        var steps: [Int] = []
        var updates: [Int] = []
        var epochs: [Int] = []
        var onStep: (Int) -> Void = { _ in }

        func runWillBegin(_ plan: TrainingPlan) { self.plan = plan }
        func stepDidEnd(_ progress: TrainingProgress) {
            steps.append(progress.step)
            onStep(progress.step)
        }
        func topologyDidChange(_ record: TopologyRecord) { updates.append(record.step) }
        func epochDidEnd(_ record: EpochRecord) { epochs.append(record.step) }
    }

    @Test func anUpdateOfRigLTakesABatchOfItsOwn() throws {
        let counter = Counter()
        var configuration = TrainingConfiguration()
        configuration.deltaT = .steps(10)
        configuration.epochs = 4
        let summary = try Trainer(configuration, observers: [counter]).run()
        let batches = try #require(counter.plan).batchesPerEpoch * 4
        #expect(summary.steps == counter.plan?.steps)
        #expect(summary.steps + summary.topologyUpdates <= batches)
        #expect(summary.steps + summary.topologyUpdates >= batches - 1)
        #expect(counter.steps == Array(1...summary.steps))
        let end = 0.75 * Double(summary.steps)
        #expect(counter.updates == Array(stride(from: 10, to: summary.steps, by: 10)).filter { Double($0) < end })
    }

    @Test func setUpdatesAtTheEndOfEveryEpochButTheLast() throws {
        let counter = Counter()
        var configuration = TrainingConfiguration()
        (configuration.method, configuration.compat) = ("set", "paper")
        configuration.epochs = 4
        _ = try Trainer(configuration, observers: [counter]).run()
        #expect(counter.updates == Array(counter.epochs.dropLast()))
        #expect(counter.epochs.count == 4)
    }

    @Test func aCancelledRunReturnsWhatItHas() throws {
        let (counter, cancellation) = (Counter(), Cancellation())
        counter.onStep = { if $0 == 60 { cancellation.cancel() } }
        let trainer = try Trainer(TrainingConfiguration(), observers: [counter], cancellation: cancellation)
        let summary = try trainer.run()
        #expect(summary.steps == 60)
        #expect((summary.testAccuracy ?? 0) > 0.5)
    }

    @Test func whatIsNotFiniteIsNamed() {
        var configuration = TrainingConfiguration()
        configuration.learningRate = 1e30
        #expect {
            try Trainer(configuration).run()
        } throws: { error in
            guard case .notFinite(let what, let step, nil)? = error as? TrainingError else { return false }
            return what.contains("fc") && step > 0 && step < 5
        }
    }

    @Test func anObserverCanEndTheRun() {
        struct Enough: Error {}
        final class Impatient: TrainingObserver {
            func epochDidEnd(_ record: EpochRecord) throws { throw Enough() }
        }
        #expect(throws: Enough.self) { try Trainer(TrainingConfiguration(), observers: [Impatient()]).run() }
    }

    @Test func flopsFollowTheFormula() throws {
        var configuration = TrainingConfiguration()
        configuration.distribution = "uniform"
        configuration.deltaT = .steps(10)
        configuration.endFraction = 1
        configuration.steps = 200
        configuration.threads = 1
        let summary = try Trainer(configuration).run()
        #expect(summary.topologyUpdates == 19)
        let sparse = Double(summary.nonzeros) / 50200
        let expected = (3 * sparse * 200 + 19 * (2 * sparse + 1)) / (3 * 219)
        #expect(abs(summary.trainFLOPsRatio - expected) < 1e-12)
    }
}
