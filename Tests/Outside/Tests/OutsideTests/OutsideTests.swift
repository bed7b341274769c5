import Foundation
import SparseTraining
import Testing

/// A run of which everything is this program's own.
@Suite struct OutsideTests {
    /// The word's row of the table multiplies what the gate's two matrices make of the vectors.
    private func model() throws -> Model {
        try Model(
            name: "gated",
            inputs: [
                ModelInput(name: "left", shape: ActivationShape(channels: 4)),
                ModelInput(name: "right", shape: ActivationShape(channels: 3)),
                ModelInput(name: "word", shape: ActivationShape(tokensOf: 5)),
            ],
            layers: [
                Reading("word", by: TokenTable(name: "table", outputs: 16)),
                Reading("left", "right", "table", by: Gate(name: "gate", outputs: 16)),
                Linear(name: "out", outputs: 1),
            ])
    }

    private func source() -> DataSource {
        let data = ThreeInputs()
        return DataSource(
            name: "three inputs", train: Subset(data, samples: Array(0..<256)),
            test: Subset(data, samples: Array(256..<320)))
    }

    private func configuration(_ folder: URL?, method: String = "rigl") -> TrainingConfiguration {
        var configuration = TrainingConfiguration()
        (configuration.method, configuration.density, configuration.epochs) = (method, 0.6, 40)
        (configuration.batchSize, configuration.learningRate, configuration.threads) = (16, 0.02, 2)
        configuration.deltaT = .steps(20)
        configuration.out = folder?.path
        return configuration
    }

    private func trainer(
        _ configuration: TrainingConfiguration, observers: [any TrainingObserver] = [],
        cancellation: Cancellation = Cancellation(), resumption: Resumption = .none
    ) throws -> Trainer {
        try Trainer(
            configuration, data: source(), model: model(), loss: HuberLoss(), optimizer: TwoMoments(),
            metrics: MetricList([WithinTolerance(), RSquared()]), observers: observers, cancellation: cancellation,
            resumption: resumption)
    }

    private func temporaryFolder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(path: "outside-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    @Test func aRunOfOwnPartsLearnsAndIsReadBack() throws {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let summary = try trainer(configuration(folder.appending(path: "run"))).run()
        let determination = try #require(summary.test["r2"])
        #expect(determination > 0.7, "\(summary.test)")
        #expect(summary.topologyUpdates > 0 && summary.layers.map(\.name) == ["gate.0", "gate.1", "out"])
        #expect(summary.bestValidation.name == "within")
        // Connections of both matrices of the gate moved: all positions of small layers were seen.
        #expect(summary.exploredFraction > 0.6)
        Parts.layerKinds.add(Gate.self, "one of two matrices opens the other")
        Parts.layerKinds.add(TokenTable.self, "a row for each token")
        let model = try TrainedModel(contentsOf: folder.appending(path: "run").path)
        let result = try model.evaluate(
            source().test, loss: HuberLoss(), metrics: MetricList([WithinTolerance(), RSquared()]))
        #expect(result.scores == summary.test)
    }

    /// A method that grows by momentum finds this optimiser's, which is not its first state.
    @Test func aMethodFindsTheMomentumByItsRole() throws {
        let summary = try trainer(configuration(nil, method: "snfs")).run()
        #expect(summary.topologyUpdates > 0 && summary.test["r2"] ?? 0 > 0.5, "\(summary.test)")
    }

    @Test func aRunThatWasStoppedGoesOnTheSame() throws {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let whole = try trainer(configuration(folder.appending(path: "whole"))).run()
        let halves = configuration(folder.appending(path: "halves"))
        let cancellation = Cancellation()
        let first = try trainer(
            halves, observers: [Stopper(after: 333, cancellation)], cancellation: cancellation
        ).run()
        #expect(first.interrupted)
        // A part with an option that becomes known between the halves does not stand in the way: nobody gave it.
        Parts.losses.add("patient", "a loss with an option", options: [\.patience]) { _ in HuberLoss() }
        let second = try trainer(halves, resumption: .exact).run()
        #expect(second.test == whole.test && second.trainLoss == whole.trainLoss)
    }

    /// Parts of this program by name, as the package's own are chosen: a format of files, a loss, and an optimiser with an option.
    @Test func ownPartsAreChosenByName() throws {
        Parts.dataFormats.add(PairsFormat.entry)
        Parts.losses.add("huber", "squared error with straight sides") { _ in HuberLoss() }
        Parts.optimizers.add(
            "two-moments", "momentum over curvature", options: [\.caution],
            OptimizerKind(usualRate: 0.02) { TwoMoments(caution: Float($0.caution)) })
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, first) in [("train", 0), ("test", 200)] {
            let lines = (first..<first + 200).map { i in
                let (x, y) = (Double(i % 17) / 8 - 1, Double(i % 23) / 11 - 1)
                return "\(x) \(y) \(x - 0.5 * y)"
            }
            try Data(lines.joined(separator: "\n").utf8).write(to: folder.appending(path: "\(name).pairs"))
        }
        var configuration = TrainingConfiguration()
        (configuration.data, configuration.loss, configuration.optimizer) = (folder.path, "huber", "two-moments")
        (configuration.model, configuration.epochs, configuration.batchSize) = ("mlp:16", 40, 20)
        (configuration.density, configuration.out) = (0.5, folder.appending(path: "run").path)
        try configuration.set("caution", to: "0.02")
        #expect(throws: ConfigurationError.self) { try configuration.set("caution", to: "-1") }
        let summary = try Trainer(configuration).run()
        #expect(summary.test["r2"] ?? 0 > 0.8, "\(summary.test)")
        let file = try TrainingConfiguration(file: folder.appending(path: "run/config.json"))
        #expect(file.caution == 0.02 && file.optimizer == "two-moments" && file.loss == "huber")
        let model = try TrainedModel(contentsOf: folder.appending(path: "run").path)
        #expect(try model.evaluate(model.configuration.testSamples()).loss == summary.testLoss)
    }

    private final class Stopper: TrainingObserver {
        private let step: Int
        private let cancellation: Cancellation
        init(after step: Int, _ cancellation: Cancellation) { (self.step, self.cancellation) = (step, cancellation) }
        func stepDidEnd(_ progress: TrainingProgress) { if progress.step == step { cancellation.cancel() } }
    }
}

extension Options {
    /// What is added to the root of the curvature.
    var caution: Option<Double> {
        Option("caution", .optimisation, "X", .positive, default: 0.01, "keeps the steps of two-moments short")
    }

    /// Nothing reads it.
    var patience: Option<Double> { Option("patience", .optimisation, "X", .positive, default: 3, "is not used") }
}
