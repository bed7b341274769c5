import Foundation
import SparseModels
import TestSupport
import Testing

@testable import SparseTraining

/// What becomes of every option when a run is resumed with another value of it.
@Suite struct OverrideTests {
    /// Stops the run after some weight updates.
    private final class Stopper: TrainingObserver {
        let step: Int
        let cancellation: Cancellation

        init(_ step: Int, _ cancellation: Cancellation) { (self.step, self.cancellation) = (step, cancellation) }

        func stepDidEnd(_ progress: TrainingProgress) { if progress.step >= step { cancellation.cancel() } }
    }

    /// Another value of each option, and options that it needs beside it. One that is not here is tried with a value made up
    /// from its kind.
    private static let others: [String: (value: String, beside: [String: String])] = [
        "algo": ("set", [:]), "density": ("0.3", [:]), "distribution": ("uniform", [:]), "sampling": ("bernoulli", [:]),
        "erk-power": ("0.7", [:]), "epsilon": ("3", [:]), "layer-density": ("fc1=0.3", [:]),
        "dense-layers": ("fc2", [:]),
        "block": ("fc1=4", [:]), "nm": ("fc1=1:4", [:]), "constant-fan-in": ("fc1", [:]), "delta-t": ("7", [:]),
        "drop-fraction": ("0.4", [:]), "drop-schedule": ("linear", [:]), "drop-floor": ("0.01", [:]),
        "drop-power": ("2", ["drop-schedule": "power"]), "drop-rule": ("signed-magnitude", [:]),
        "drop-lambda": ("0.5", ["drop-rule": "sensitivity"]), "drop-threshold": ("0.02", ["algo": "dsr"]),
        "drop-target": ("0.02", ["algo": "dsr"]), "grow-rule": ("random", [:]),
        "grow-momentum": ("0.5", ["grow-rule": "momentum"]), "grow-window": ("2", ["grow-rule": "momentum"]),
        "begin-step": ("3", [:]), "end-fraction": ("0.9", [:]), "grad-accumulation": ("2", [:]),
        "initial-density": ("0.6", ["algo": "granet", "density": "0.2"]),
        "prune-end-fraction": ("0.9", ["algo": "granet", "density": "0.2"]),
        "regrow": ("forbidden", [:]), "new-values": ("he-uniform", [:]), "ablation": ("0.1", ["algo": "srigl"]),
        "backward-density": ("0.7", ["algo": "topkast"]), "exploration-penalty": ("0.01", ["algo": "topkast"]),
        "rounds": ("3", ["algo": "force"]), "scope": ("layer", ["algo": "snip"]),
        "prune-samples": ("7", ["algo": "snip"]),
        "noise": ("0.001", ["algo": "deepr"]), "l1": ("0.001", ["algo": "deepr"]),
        "compat": ("set2018", ["algo": "set"]), "soft-bound": ("true", ["algo": "mest"]), "model": ("mlp:13", [:]),
        "init": ("normal", [:]), "dropout": ("0.2", [:]), "input-noise": ("0.1", [:]),
        "augment": ("flip", ["model": "wrn-10-1"]),
        "data": ("other.csv", [:]), "test-data": ("other.csv", [:]), "test-fraction": ("0.4", [:]),
        "target": ("last", [:]), "coarse-labels": ("true", [:]), "standardization": ("none", [:]),
        "train-samples": ("100", [:]), "validation-fraction": ("0.3", [:]), "epochs": ("7", ["steps": ""]),
        "steps": ("31", [:]), "batch-size": ("17", [:]), "micro-batches": ("2", [:]),
        "shards": ("2", [:]), "optimizer": ("adam", [:]),
        "lr": ("0.01", [:]),
        "lr-schedule": ("constant", [:]), "lr-milestones": ("0.25", ["lr-schedule": "step"]),
        "lr-gamma": ("0.5", ["lr-schedule": "step"]), "warmup-steps": ("3", [:]), "lr-floor": ("0.1", [:]),
        "decay-vectors": ("false", [:]), "momentum": ("0.5", [:]),
        "weight-decay": ("0.01", [:]), "beta1": ("0.8", ["optimizer": "adam"]),
        "beta2": ("0.99", ["optimizer": "adam"]),
        "adam-epsilon": ("0.001", ["optimizer": "adam"]), "loss": ("mse", [:]), "label-smoothing": ("0.1", [:]),
        "clip-norm": ("2", [:]), "metrics": ("top5,accuracy", [:]), "input-shape": ("1x2x2", [:]), "seed": ("5", [:]),
        "threads": ("2", [:]), "histograms": ("true", [:]), "report": ("false", [:]),
        "checkpoint-epochs": ("2", [:]),
        "checkpoint-steps": ("5", [:]), "checkpoint-minutes": ("1", [:]), "keep-checkpoints": ("2", [:]),
        "map": ("fc3=fc1", [:]), "input-mean": ("1", ["input-mean": "0.5", "input-deviation": "2"]),
        "input-deviation": ("3", ["input-mean": "0.5", "input-deviation": "2"]),
        "folds": ("3", ["folds": "2", "fold": "1"]), "fold": ("2", ["folds": "2", "fold": "1"]),
        "patience": ("2", ["validation-fraction": "0.2"]), "result": ("best", ["validation-fraction": "0.2"]),
        "class-weight": ("balanced", [:]), "huber-delta": ("2", ["task": "numbers", "loss": "huber"]),
        "cache": ("kept", [:]), "memory": ("800M", [:]),
        "target-scaling": ("none", ["task": "numbers"]),
        "on-nonfinite": ("skip", [:]), "on-write-failure": ("stop", [:]),
    ]

    private func contents(_ folder: String) throws -> [String: Data] {
        try FileManager.default.contentsOfDirectory(atPath: folder).reduce(into: [:]) { all, name in
            all[name] = try Data(contentsOf: URL(filePath: folder + "/" + name))
        }
    }

    private func table(_ path: String, shift: Int) throws {
        let rows = (0..<200).map { "\($0 % 3),\(($0 + shift) % 3),\($0 % 7),\($0 % 5),\(($0 + shift) % 3)\n" }.joined()
        try Data(rows.utf8).write(to: URL(filePath: path))
    }

    private func configuration(_ folder: TemporaryFolder, beside: [String: String]) throws -> TrainingConfiguration {
        var run = TrainingConfiguration()
        (run.model, run.density, run.steps, run.batchSize) = ("mlp:12", 0.5, 26, 20)
        (run.deltaT, run.threads, run.target) = (.steps(4), 1, "first")
        if beside["model"] == nil { run.data = folder.path("data.csv") } else { run.target = "automatic" }
        for (name, value) in beside {
            if value.isEmpty { (run.steps, run.epochs) = (nil, 3) } else { try run.set(name, to: value) }
        }
        return run
    }

    /// Options that are names for what others say; the folder is another run's.
    private static let options = TrainingConfiguration.options.filter { $0.recordedAs == nil && $0.name != "out" }.map(
        \.name)

    @Test(arguments: options, [12, 1000]) func everyOptionIsCarriedOverOrRefused(name: String, stop: Int) throws {
        let option = try TrainingConfiguration.option(named: name)
        let folder = try TemporaryFolder()
        try table(folder.path("data.csv"), shift: 0)
        try table(folder.path("other.csv"), shift: 1)
        let other = Self.others[name]
        var run = try configuration(folder, beside: other?.beside ?? [:])
        run.out = folder.path("run")
        let cancellation = Cancellation()
        _ = try Trainer(run, observers: [Stopper(stop, cancellation)], cancellation: cancellation).run()
        let before = try contents(folder.path("run"))

        var changed = run
        let text = option.text(run)
        let value =
            other?.value
            ?? (option.isFlag
                ? "\(text != "true")" : option.choices.last { $0 != text && $0 != option.defaultText } ?? "2")
        if name == "steps" { changed.epochs = nil }
        try changed.set(name, to: value.hasSuffix(".csv") ? folder.path(value) : value)

        switch option.carryOver {
        case .free:
            #expect(try Trainer(changed, resumption: .exact).run().steps == 26, "\(name)")
        case .refused:
            let error = #expect(throws: (any Error).self, "\(name)") {
                try Trainer(changed, resumption: .overriding)
            }
            #expect(
                error.map { "\($0)".contains("--\(name)") } == true || ["coarse-labels", "tokenizer"].contains(name),
                "\(name): \(error as Any)")
            #expect(try contents(folder.path("run")) == before, "\(name)")
        case .overridable:
            #expect(throws: ConfigurationError.self, "\(name)") { try Trainer(changed, resumption: .exact) }
            #expect(try contents(folder.path("run")) == before, "\(name)")
            let summary = try Trainer(changed, resumption: .overriding).run()
            #expect(!summary.interrupted && summary.testLoss?.isFinite == true, "\(name)")
            let recorded = try TrainingConfiguration(file: URL(filePath: folder.path("run/config.json")))
            #expect(option.text(recorded) == option.text(changed), "\(name)")
            // Whoever goes on from there goes on with the new value, from a state that belongs to it.
            changed.threads = 2
            let again = try Trainer(changed, resumption: .exact).run()
            #expect((again.testLoss, again.steps) == (summary.testLoss, summary.steps), "\(name)")
        }
    }

    /// Longer and shorter runs, other batches and intervals, on every method.
    @Test(arguments: Parts.methods.names) func everyMethodGoesOnWithOtherLengths(algorithm: String) throws {
        for (name, value) in [
            ("steps", "60"), ("steps", "5"), ("batch-size", "33"), ("delta-t", "9"), ("end-fraction", "1"),
            ("lr", "0.01"),
            // So few steps leave gradual pruning no update at its end.
        ] where !(["granet", "gmp"].contains(algorithm) && value == "5") {
            let folder = try TemporaryFolder()
            try table(folder.path("data.csv"), shift: 0)
            var run = try configuration(folder, beside: ["algo": algorithm, "density": "0.3"])
            run.out = folder.path("run")
            _ = try Trainer(run).run()
            let before = URL(filePath: folder.path("run/summary.json"))
            let old = try JSONDecoder().decode(TrainingSummary.self, from: Data(contentsOf: before))
            try run.set(name, to: value)
            let summary = try Trainer(run, resumption: .overriding).run()
            #expect(summary.steps == (value == "60" ? 60 : 26), "\(algorithm), \(name)")
            #expect(
                summary.nonzeros <= old.nonzeros || ["granet", "srigl"].contains(algorithm), "\(algorithm), \(name)")
        }
    }

    /// The lock of a folder is that of the trainer that holds it, until its run is over.
    @Test func aFolderIsHeldByOneTrainer() throws {
        let folder = try TemporaryFolder()
        var run = TrainingConfiguration()
        (run.model, run.steps, run.out) = ("mlp:9", 9, folder.path("run"))
        let first = try Trainer(run)
        let second = try Trainer(run)
        _ = try first.run()
        // It looked before the first one made the folder.
        #expect(throws: ConfigurationError.self) { try second.run() }
        let resumed = try Trainer(run, resumption: .exact)
        #expect(throws: TrainingError.folderInUse(path: folder.path("run"))) { try Trainer(run, resumption: .exact) }
        _ = try resumed.run()
        _ = try Trainer(run, resumption: .exact).run()
    }

    @Test func aRunThatIsCancelledBeforeItBeginsLeavesNothing() throws {
        let folder = try TemporaryFolder()
        var run = TrainingConfiguration()
        run.out = folder.path("run")
        let cancellation = Cancellation()
        let trainer = try Trainer(run, cancellation: cancellation)
        cancellation.cancel()
        #expect(throws: TrainingError.interrupted) { try trainer.run() }
        #expect(!FileManager.default.fileExists(atPath: folder.path("run")))
    }

    /// Test and validation losses are those of the labels as they are; what is minimised is higher.
    @Test func lossesAreMeasuredWithoutSmoothing() throws {
        var run = TrainingConfiguration()
        (run.model, run.steps, run.labelSmoothing, run.learningRateSchedule) = ("mlp:30", 200, 0.5, "constant")
        let trainer = try Trainer(run)
        let smooth = try trainer.run()
        let (sharp, smoothed) = (SoftmaxCrossEntropy(), SoftmaxCrossEntropy(labelSmoothing: 0.5))
        #expect(smooth.testLoss == trainer.test.evaluate(trainer.network, loss: sharp, metrics: []).meanLoss)
        #expect(
            try #require(smooth.testLoss) < trainer.test.evaluate(trainer.network, loss: smoothed, metrics: []).meanLoss
        )
    }

    @Test func denseStoresEveryWeight() throws {
        let folder = try TemporaryFolder()
        var run = TrainingConfiguration()
        (run.method, run.model, run.steps, run.out) = ("dense", "mlp:30", 30, folder.path("run"))
        let summary = try Trainer(run).run()
        #expect(summary.density == 1 && summary.parameters == summary.denseParameters && summary.trainFLOPsRatio == 1)
        let recorded = try TrainingConfiguration(file: URL(filePath: folder.path("run/config.json")))
        #expect(recorded.density == 1)
        #expect(
            try Trainer(recorded, folder: RunFolder(path: folder.path("run")), resumption: .exact).run().steps == 30)
        run.layerDensities = [.init(pattern: "fc1", density: 0.5)]
        #expect(throws: ConfigurationError.self) { try Trainer(run, resumption: .overwriting) }
    }
}
