import Foundation
import TestSupport
import Testing

@testable import SparseTraining

/// A run that stops and goes on gives the same bits as one that never stopped.
@Suite struct ResumeTests {
    /// Stops the run after some weight updates.
    private final class Stopper: TrainingObserver {
        let step: Int
        let cancellation: Cancellation

        init(_ step: Int, _ cancellation: Cancellation) { (self.step, self.cancellation) = (step, cancellation) }

        func stepDidEnd(_ progress: TrainingProgress) { if progress.step >= step { cancellation.cancel() } }
    }

    private func configuration(_ algorithm: String, out: String) -> TrainingConfiguration {
        var configuration = TrainingConfiguration()
        configuration.method = algorithm
        configuration.model = "mlp:60,40"
        configuration.batchNorm = true
        configuration.dropout = 0.2
        configuration.batchSize = 100
        configuration.validationFraction = 0.1
        configuration.deltaT = .steps(7)
        configuration.epochs = 4
        configuration.out = out
        return configuration
    }

    /// Trains, and stops after `step` updates if there is such a number.
    private func train(_ configuration: TrainingConfiguration, until step: Int?) throws -> TrainingSummary {
        let cancellation = Cancellation()
        let observers = step.map { [Stopper($0, cancellation)] } ?? []
        let trainer = try Trainer(
            configuration, observers: observers, cancellation: cancellation, resumption: .exactOrStart)
        return try trainer.run()
    }

    /// A checkpoint without the times at its end.
    private func content(_ folder: String) throws -> Data {
        try Data(contentsOf: URL(filePath: folder + "/checkpoint.safetensors")).dropLast(16)
    }

    /// The metrics without times.
    private func metrics(_ folder: String) throws -> String {
        try String(contentsOfFile: folder + "/metrics.jsonl", encoding: .utf8)
            .replacing(/"(seconds|samples_per_second)":[-+.e0-9]+/, with: "")
    }

    /// Methods whose connections move, or stand for those that are pruned before the first step.
    private static let methods = Parts.methods.entries.map(\.part)
        .filter { $0.family == .training || $0.name == "snip" }.map(\.name)

    @Test(arguments: methods, ["sgd", "adam"])
    func stopsAndGoesOnAtAnyStep(algorithm: String, optimizer: String) throws {
        let folder = try TemporaryFolder()
        var one = configuration(algorithm, out: folder.path("one"))
        (one.optimizer, one.learningRate) = (optimizer, optimizer == "sgd" ? 0.05 : 0.002)
        let whole = try train(one, until: nil)
        var two = one
        two.out = folder.path("two")
        for step in [1, 6, 7, 13, 14, 15, 16, 17, 31, 44] { _ = try train(two, until: step) }
        let resumed = try train(two, until: nil)
        #expect(try content(folder.path("one")) == content(folder.path("two")))
        #expect(try metrics(folder.path("one")) == metrics(folder.path("two")))
        #expect((whole.steps, whole.epochs, whole.testLoss) == (resumed.steps, resumed.epochs, resumed.testLoss))
        #expect(whole.trainFLOPsRatio == resumed.trainFLOPsRatio)
        #expect(whole.exploredFraction == resumed.exploredFraction)
    }

    /// Stopped between the decision of a topology update at the end of an epoch and the update itself.
    @Test(arguments: methods)
    func stopsAndGoesOnBetweenAnEpochAndItsUpdate(algorithm: String) throws {
        let folder = try TemporaryFolder()
        var one = configuration(algorithm, out: folder.path("one"))
        // Thirteen batches an epoch; what does not train on the batch of an update comes to its end a step earlier each time.
        (one.deltaT, one.epochs, one.endFraction, one.checkpointEpochs) = (.steps(6), 4, 1, 1)
        let whole = try train(one, until: nil)
        var two = one
        two.out = folder.path("two")
        for step in 1..<whole.steps { _ = try train(two, until: step) }
        let resumed = try train(two, until: nil)
        #expect(try content(folder.path("one")) == content(folder.path("two")))
        #expect(try metrics(folder.path("one")) == metrics(folder.path("two")))
        #expect((whole.testLoss, whole.topologyUpdates) == (resumed.testLoss, resumed.topologyUpdates))
        #expect(whole.bestValidationAccuracy == resumed.bestValidationAccuracy)
    }

    /// Blocks of convolutions, and dense ones.
    @Test(arguments: ["rigl", "static"])
    func convolutionsStopAndGoOn(algorithm: String) throws {
        let folder = try TemporaryFolder()
        var one = configuration(algorithm, out: folder.path("one"))
        (one.model, one.batchNorm, one.dropout) = ("wrn-10-1", false, 0)
        (one.blocks, one.denseLayers) = ([.init(side: 8)], ["conv1"])
        (one.deltaT, one.epochs, one.steps) = (.steps(3), nil, 10)
        _ = try train(one, until: nil)
        var two = one
        two.out = folder.path("two")
        for step in [2, 3, 4, 7] { _ = try train(two, until: step) }
        _ = try train(two, until: nil)
        #expect(try content(folder.path("one")) == content(folder.path("two")))
        #expect(try metrics(folder.path("one")) == metrics(folder.path("two")))
    }

    /// Between the batches whose gradients an update averages, and where the gradient of an earlier batch is looked at.
    @Test(arguments: ["magnitude", "sensitivity"])
    func stopsAndGoesOnWithinAWindow(dropRule: String) throws {
        let folder = try TemporaryFolder()
        var one = configuration("rigl", out: folder.path("one"))
        one.gradientAccumulation = 4
        one.dropRule = dropRule
        one.threads = 1
        _ = try train(one, until: nil)
        var two = one
        (two.out, two.threads) = (folder.path("two"), 3)
        for step in 3...24 { _ = try train(two, until: step) }
        _ = try train(two, until: nil)
        #expect(try content(folder.path("one")) == content(folder.path("two")))
        #expect(try metrics(folder.path("one")) == metrics(folder.path("two")))
    }

    /// Convolutions, batch normalisation, residual blocks and changed images; momentum keeps older batches of all layers.
    @Test(arguments: ["rigl", "snfs"])
    func convolutionalNetworksGoOnAtAnyStep(algorithm: String) throws {
        let folder = try TemporaryFolder()
        var one = configuration(algorithm, out: folder.path("one"))
        (one.model, one.augmentation, one.batchNorm) = ("wrn-10-1", "crop-flip", false)
        (one.deltaT, one.steps, one.epochs, one.threads) = (.steps(5), 19, nil, 1)
        if algorithm == "rigl" { one.gradientAccumulation = 3 }
        _ = try train(one, until: nil)
        var two = one
        (two.out, two.threads) = (folder.path("two"), 2)
        for step in 1..<19 { _ = try train(two, until: step) }
        _ = try train(two, until: nil)
        #expect(try content(folder.path("one")) == content(folder.path("two")))
        #expect(try metrics(folder.path("one")) == metrics(folder.path("two")))
    }

    /// The last batch of each epoch would have one sample, and is left out.
    @Test func goesOnAcrossALeftOutBatch() throws {
        let folder = try TemporaryFolder()
        var one = configuration("rigl", out: folder.path("one"))
        (one.trainSamples, one.validationFraction, one.batchSize, one.deltaT) = (65, 0, 32, .steps(2))
        let steps = try train(one, until: nil).steps
        var two = one
        two.out = folder.path("two")
        for step in 1..<steps { _ = try train(two, until: step) }
        _ = try train(two, until: nil)
        #expect(try content(folder.path("one")) == content(folder.path("two")))
        #expect(try metrics(folder.path("one")) == metrics(folder.path("two")))
    }

    /// A matrix built anew from positions and values is the same in every bit and every inner array.
    @Test func theRestoredNetworkIsWhole() throws {
        let folder = try TemporaryFolder()
        let one = configuration("rigl", out: folder.path("one"))
        let trainer = try Trainer(one)
        let summary = try trainer.run()
        let again = try Trainer(one, resumption: .exact)
        for (a, b) in zip(trainer.network.weights, again.network.weights) {
            #expect((b as? CSRMatrix)?.brokenInvariant() == nil)
            #expect(a.storedPositions() == b.storedPositions())
            #expect(a.values.array == b.values.array)
            #expect(a.stored.states.map(\.array) == b.stored.states.map(\.array))
        }
        #expect(try again.run().testLoss == summary.testLoss)
    }

    @Test func otherOptionsAreRefusedUnlessOverridden() throws {
        let folder = try TemporaryFolder()
        var run = configuration("rigl", out: folder.path("run"))
        _ = try train(run, until: 20)
        let before = try content(folder.path("run"))
        (run.learningRate, run.momentum) = (0.01, 0.5)
        #expect {
            try Trainer(run, resumption: .exact)
        } throws: { error in
            error is ConfigurationError && "\(error)".contains("--lr 0.05, now 0.01; ")
                && "\(error)".contains("--momentum 0.9, now 0.5; ")
        }
        #expect(try content(folder.path("run")) == before)
        #expect(try Trainer(run, resumption: .overriding).run().steps > 20)
    }

    @Test func threadsAndCheckpointsMayChange() throws {
        let folder = try TemporaryFolder()
        var run = configuration("set", out: folder.path("run"))
        _ = try train(run, until: 20)
        (run.threads, run.checkpointSteps, run.keptCheckpoints) = (3, 5, 2)
        _ = try train(run, until: nil)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path("run"))
        let kept = names.filter { $0.wholeMatch(of: /checkpoint-[0-9]+\.safetensors/) != nil }
        #expect(kept.count == 2)
        #expect(names.contains("checkpoint-best.safetensors") && !names.contains { $0.hasSuffix(".partial") })
    }

    @Test func aFreshRunSetsTheOldCheckpointAside() throws {
        let folder = try TemporaryFolder()
        let run = configuration("static", out: folder.path("run"))
        _ = try train(run, until: 20)
        let old = try content(folder.path("run"))
        #expect {
            try Trainer(run)
        } throws: { error in
            error is ConfigurationError && "\(error)".contains("it holds an earlier run")
        }
        let cancellation = Cancellation()
        let trainer = try Trainer(
            run, observers: [Stopper(1, cancellation)], cancellation: cancellation, resumption: .overwriting)
        #expect(try content(folder.path("run")) == old)
        _ = try trainer.run()
        let previous = try Data(contentsOf: URL(filePath: folder.path("run/checkpoint-previous.safetensors")))
        #expect(previous.dropLast(16) == old)
    }

    @Test func resumingNeedsAFolder() {
        #expect(throws: ConfigurationError.self) { try Trainer(TrainingConfiguration(), resumption: .exact) }
    }
}
