import SparseStore
import Testing

@testable import SparseModels

@Suite struct ModelRegistryTests {
    private let image = ActivationShape(channels: 1, rows: 28, columns: 28)

    @Test func mlpHasItsLayers() throws {
        let model = try ModelRegistry.model(named: "mlp:300,100", input: image, classes: 10)
        #expect(model.name == "mlp:300,100")
        #expect(model.input == ActivationShape(channels: 784) && model.output == ActivationShape(channels: 10))
        #expect(
            model.weightShapes == [
                WeightShape(name: "fc1", outputs: 300, inputs: 784),
                WeightShape(name: "fc2", outputs: 100, inputs: 300),
                WeightShape(name: "fc3", outputs: 10, inputs: 100),
            ])
        #expect(model.layers.map(\.name) == ["fc1", "fc2", "fc3"])
        #expect((model.layers[1] as? Linear)?.relu == true && (model.layers[2] as? Linear)?.relu == false)
        let lenet = try ModelRegistry.model(named: "lenet-300-100", input: image, classes: 10)
        #expect(lenet.weightShapes == model.weightShapes)
    }

    @Test func optionsAddLayers() throws {
        let options = ModelOptions(dropout: 0.25, batchNorm: true)
        let model = try ModelRegistry.model(named: "mlp:20", input: image, classes: 3, options: options)
        #expect(model.layers.map(\.name) == ["fc1", "bn1", "dropout1", "fc2"])
        #expect((model.layers[1] as? BatchNorm)?.relu == true)
        #expect((model.layers[2] as? Dropout)?.rate == 0.25)
    }

    @Test func wrongNamesGetTheNearest() {
        #expect(
            throws: ModelError.unknown(
                kind: "model", name: "mpl", nearest: "mlp", known: ModelRegistry.entries.map(\.name))
        ) { try ModelRegistry.model(named: "mpl:300", input: image, classes: 10) }
    }

    @Test(arguments: [
        "mlp", "mlp:", "mlp:0", "mlp:-3", "mlp:a", "mlp:300,", "mlp:,300", "mlp:300 100", "mlp:1e3",
        "mlp:99999999999999999999", "mlp:16777217", "lenet-300-100:5",
    ])
    func wrongArgumentsAreRefused(text: String) {
        #expect(throws: ModelError.self) { try ModelRegistry.model(named: text, input: image, classes: 10) }
    }

    @Test func wrongOptionsAreRefused() {
        for dropout: Float in [-0.1, 1, .nan] {
            #expect(throws: ModelError.self) {
                try ModelRegistry.model(
                    named: "mlp:3", input: image, classes: 10, options: ModelOptions(dropout: dropout))
            }
        }
        #expect(throws: ModelError.self) { try ModelRegistry.model(named: "mlp:3", input: image, classes: 0) }
    }
}
