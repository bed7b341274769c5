import Foundation
import SparseStore
import TestSupport
import Testing

@testable import SparseTraining

/// A checkpoint is a network that stands alone: it comes to what the run's summary says, without the trainer.
@Suite struct TrainedModelTests {
    /// Options of runs of every kind, as words of the command line.
    static let runs: [[String: String]] = [
        ["algo": "rigl"],
        ["algo": "static", "density": "0.7", "dense-layers": "fc2"],
        ["algo": "set", "model": "mlp:96,64", "block": "8", "density": "0.3", "batch-norm": "true", "dropout": "0.1"],
        ["algo": "rigl", "nm": "fc1=2:4,fc2=1:4"],
        ["algo": "srigl", "constant-fan-in": "fc1"],
        ["algo": "topkast", "loss": "mse"],
        ["algo": "set", "optimizer": "adam", "validation-fraction": "0.2", "label-smoothing": "0.1"],
        ["algo": "static", "standardization": "feature", "train-samples": "300"],
    ]

    @Test(arguments: runs) func comesToWhatTheSummarySays(options: [String: String]) throws {
        let folder = try TemporaryFolder()
        var configuration = TrainingConfiguration()
        for (name, value) in options { try configuration.set(name, to: value) }
        (configuration.steps, configuration.out) = (30, folder.path("run"))
        let summary = try Trainer(configuration).run()
        let model = try TrainedModel(contentsOf: folder.path("run"))
        let result = try model.evaluate(DataSource.open("digits").test)
        #expect(result.accuracy == summary.testAccuracy)
        #expect(result.loss == summary.testLoss)
        #expect(result.samples == 355)
        #expect(model.parameters.allSatisfy { $0.states.isEmpty })
        #expect(model.classes == 10 && model.configuration.density == configuration.density)
    }

    @Test func samplesOfAnotherShapeAreRefused() throws {
        let folder = try TemporaryFolder()
        var configuration = TrainingConfiguration()
        (configuration.steps, configuration.out) = (3, folder.path("run"))
        _ = try Trainer(configuration).run()
        let model = try TrainedModel(contentsOf: folder.path("run/checkpoint.safetensors"))
        let other = try InMemoryDataset(features: [1, 2, 3, 4], labels: [0, 1], shape: SampleShape(channels: 2))
        #expect(throws: DataError.self) { try model.evaluate(Subset(other)) }
        #expect(throws: DataError.self) { try model.evaluate(Subset(other, samples: [])) }
    }

    @Test func whatIsNoNetworkIsRefused() throws {
        let folder = try TemporaryFolder()
        for (name, content) in [("empty", ""), ("text", "hello, this is no checkpoint"), ("json", "{}")] {
            try Data(content.utf8).write(to: URL(filePath: folder.path(name)))
            #expect(throws: TrainedModelError.self) { try TrainedModel(contentsOf: folder.path(name)) }
        }
        #expect(throws: TrainedModelError.self) { try TrainedModel(contentsOf: folder.path("nothing")) }
    }

    /// A layer of a program's own: every number is doubled.
    struct Doubling: LayerDefinition {
        let name: String
        var needs: LayerNeeds { [] }
        var isElementwise: Bool { true }
        func makeLayer(at site: LayerSite) -> any Layer { DoublingLayer(name: name, site: site) }
    }

    final class DoublingLayer: Layer {
        let name: String
        let output: Panels
        let outputGradient: Panels

        init(name: String, site: LayerSite) {
            (self.name, output, outputGradient) = (name, site.output, site.outputGradient)
        }

        func forward(_ inputs: LayerInputs, panels: Range<Int>, part: Part, pass: Pass) {
            MapOperations.sum(
                inputs[0], inputs[0], into: output, relu: false, panels: panels,
                channels: part.range(of: output.channels))
        }

        func backward(_ inputs: LayerInputs, panels: Range<Int>, part: Part, pass: Pass) {
            guard let inputGradient = inputs.gradient(0) else { return }
            MapOperations.sum(
                outputGradient, outputGradient, into: inputGradient, relu: false, panels: panels,
                channels: part.range(of: output.channels))
        }
    }

    @Test func layersOfAProgramsOwnAreRestoredByTheirKind() throws {
        let folder = try TemporaryFolder()
        var configuration = TrainingConfiguration()
        (configuration.steps, configuration.out) = (20, folder.path("run"))
        let model = try Model(
            name: "own", input: ActivationShape(channels: 64),
            layers: [
                Linear(name: "a", outputs: 30, relu: true), Doubling(name: "twice"), Linear(name: "b", outputs: 10),
            ])
        let summary = try Trainer(configuration, model: model).run()
        Parts.layerKinds.add(Doubling.self, "twice its input")
        let restored = try TrainedModel(contentsOf: folder.path("run"))
        #expect(try restored.evaluate(DataSource.open("digits").test).loss == summary.testLoss)
    }

    /// Nobody makes this kind known.
    struct Unheard: LayerDefinition {
        let name: String
        var needs: LayerNeeds { [] }
        var isElementwise: Bool { true }
        func makeLayer(at site: LayerSite) -> any Layer { DoublingLayer(name: name, site: site) }
    }

    @Test func aKindThatIsNotKnownIsNamed() throws {
        let folder = try TemporaryFolder()
        var configuration = TrainingConfiguration()
        (configuration.steps, configuration.out) = (3, folder.path("run"))
        let model = try Model(
            name: "own", input: ActivationShape(channels: 64),
            layers: [Unheard(name: "twice"), Linear(name: "b", outputs: 10)])
        _ = try Trainer(configuration, model: model).run()
        let error = #expect(throws: TrainedModelError.self) { try TrainedModel(contentsOf: folder.path("run")) }
        #expect(error?.reason.contains("Unheard") == true)
    }
}
