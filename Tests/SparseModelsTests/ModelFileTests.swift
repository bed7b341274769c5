import Foundation
import SparseParts
import Testing

@testable import SparseModels

/// Models as JSON.
@Suite struct ModelFileTests {
    /// Every model that has a name is read back as it was.
    @Test func everyModelIsReadBack() throws {
        for entry in Parts.models.entries {
            let example = Parts.models.example(of: entry.part.usage)
            let model = try Parts.models.model(
                named: entry.part.usage, input: example.input, classes: example.classes,
                options: Settings {
                    $0.dropout = 0.1
                    $0.batchNorm = true
                })
            let read = try Model(json: try model.json())
            #expect(read.name == model.name && read.input == model.input && read.output == model.output)
            #expect(read.weightShapes == model.weightShapes && read.inputHalo == model.inputHalo)
            #expect(read.layers.map(\.name) == model.layers.map(\.name))
            #expect(read.nodes.map(\.sources) == model.nodes.map(\.sources))
            #expect(try read.json() == model.json())
            #expect(read.activationByteCount(batchSize: 32) == model.activationByteCount(batchSize: 32))
        }
    }

    /// Layers that cannot be, by a change of one text in a description that is right.
    @Test(arguments: [
        ("\"outputs\":5", "\"outputs\":0"), ("\"outputs\":5", "\"outputs\":-5"),
        ("\"outputs\":5", "\"outputs\":4611686018427387904"), ("[3,8,8]", "[3,8]"), ("[3,8,8]", "[3,0,8]"),
        ("[3,8,8]", "[2147483647,2147483647,2147483647]"), ("\"stride\":1", "\"stride\":0"),
        ("\"kernelRows\":3", "\"kernelRows\":30"), ("\"groups\":1", "\"groups\":2"),
        ("\"padding\":1", "\"padding\":65536"), ("\"padding\":1", "\"padding\":-1"),
        ("\"inputs\":[-1]", "\"inputs\":[0]"), ("\"inputs\":[-1]", "\"inputs\":[-2]"),
        ("\"inputs\":[-1]", "\"inputs\":[]"),
        ("\"inputs\":[-1]", "\"inputs\":[-1,-1]"), ("\"kind\":\"Conv2D\"", "\"kind\":\"Conv3D\""),
        ("\"rate\":0.5", "\"rate\":1"), ("\"momentum\":0.1", "\"momentum\":0"),
        ("\"name\":\"fc\"", "\"name\":\"conv\""),
        ("\"kernelRows\":2", "\"kernelRows\":0"), ("\"layers\"", "\"layer\""),
    ])
    func whatCannotBeIsRefused(original: String, change: String) throws {
        let model = try Model(
            name: "m", input: ActivationShape(channels: 3, rows: 8, columns: 8),
            layers: [
                Conv2D(name: "conv", outputs: 4, kernel: 3), BatchNorm(name: "bn"), ReLU(name: "relu"),
                Pooling(name: "pool", .maximum, size: 2), Dropout(name: "drop", rate: 0.5),
                Linear(name: "fc", outputs: 5),
            ])
        let text = String(decoding: try model.json(), as: UTF8.self)
        try #require(text.contains(original))
        _ = try Model(json: Data(text.utf8))
        let changed = text.replacingOccurrences(of: original, with: change)
        #expect(throws: ModelError.self) { try Model(json: Data(changed.utf8)) }
    }

    /// The same refusals for a model that a program builds.
    @Test func aProgramsModelIsCheckedToo() {
        let image = ActivationShape(channels: 3, rows: 8, columns: 8)
        let wrong: [any LayerDefinition] = [
            Conv2D(name: "conv", outputs: 4, kernel: 3, groups: 2),
            Conv2D(name: "conv", outputs: 4, kernel: 9, padding: 0),
            Pooling(name: "pool", .average, size: 9), Linear(name: "fc", outputs: Int(Int32.max) + 1),
        ]
        for layer in wrong {
            #expect(throws: ModelError.self) { try Model(name: "m", input: image, layers: [layer]) }
        }
    }
}
