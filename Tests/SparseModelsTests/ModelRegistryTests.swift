import SparseParts
import SparseStore
import Testing

@testable import SparseModels

@Suite struct ModelRegistryTests {
    private let image = ActivationShape(channels: 1, rows: 28, columns: 28)

    @Test func mlpHasItsLayers() throws {
        let model = try Parts.models.model(named: "mlp:300,100", input: image, classes: 10)
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
        let lenet = try Parts.models.model(named: "lenet-300-100", input: image, classes: 10)
        #expect(lenet.weightShapes == model.weightShapes)
    }

    @Test func optionsAddLayers() throws {
        let options = Settings {
            $0.dropout = 0.25
            $0.batchNorm = true
        }
        let model = try Parts.models.model(named: "mlp:20", input: image, classes: 3, options: options)
        #expect(model.layers.map(\.name) == ["fc1", "bn1", "dropout1", "fc2"])
        #expect((model.layers[1] as? BatchNorm)?.relu == true)
        #expect((model.layers[2] as? Dropout)?.rate == 0.25)
    }

    @Test func wrongNamesGetTheNearest() {
        #expect(
            throws: ModelError.unknownName(UnknownName(kind: "model", name: "mpl", known: Parts.models.names))
        ) { try Parts.models.model(named: "mpl:300", input: image, classes: 10) }
    }

    @Test(arguments: [
        "mlp", "mlp:", "mlp:0", "mlp:-3", "mlp:a", "mlp:300,", "mlp:,300", "mlp:300 100", "mlp:1e3",
        "mlp:99999999999999999999", "mlp:16777217", "lenet-300-100:5",
    ])
    func wrongArgumentsAreRefused(text: String) {
        #expect(throws: ModelError.self) { try Parts.models.model(named: text, input: image, classes: 10) }
    }

    @Test func wrongOptionsAreRefused() {
        for dropout: Double in [-0.1, 1, .nan] {
            #expect(throws: ModelError.self) {
                try Parts.models.model(
                    named: "mlp:3", input: image, classes: 10, options: Settings { $0.dropout = dropout })
            }
        }
        #expect(throws: ModelError.self) { try Parts.models.model(named: "mlp:3", input: image, classes: 0) }
    }
}
