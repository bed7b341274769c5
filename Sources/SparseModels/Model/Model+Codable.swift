public import Foundation
internal import SparseParts

/// A model as JSON: its layers in order, each with its kind, its own numbers and where its inputs come from. A network is
/// made from it without the code that built the model.
extension Model {
    /// More layers than this are no network.
    private static let mostLayers = 100_000

    /// The model as one JSON object.
    public func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(Stored(self))
    }

    /// Reads what `json` wrote, layers of the kinds in `Parts.layerKinds`. The content may be anything: every layer is checked
    /// before it is used.
    /// - Throws: `ModelError`: `unknownName` for a layer of another kind, `wrongLayer` for one that cannot be, `unreadable`.
    public init(json: Data) throws(ModelError) {
        let decoder = JSONDecoder()
        let stored: Stored
        do { stored = try decoder.decode(Stored.self, from: json) } catch let error as ModelError { throw error } catch
        {
            throw .unreadable(reason: "its layers are not those of a model")
        }
        self = try stored.model()
    }

    private struct Stored: Codable {
        var name: String
        /// Channels, rows, columns of the first input.
        var input: [Int]
        /// All inputs, where there is more to say of them than that.
        var inputs: [Input]?
        var layers: [Node]

        struct Input: Codable {
            var name: String
            var shape: [Int]
            var vocabulary: Int?
        }

        init(_ model: Model) {
            name = model.name
            let all = model.inputs.map { input in
                Input(
                    name: input.name, shape: [input.shape.channels, input.shape.rows, input.shape.columns],
                    vocabulary: input.shape.vocabulary)
            }
            input = all[0].shape
            inputs = all.count > 1 || all[0].vocabulary != nil ? all : nil
            layers = model.nodes.map { node in
                Node(
                    definition: node.definition,
                    inputs: node.sources.map { source in
                        switch source {
                        case .input(let input): -1 - input
                        case .layer(let layer): layer
                        }
                    })
            }
        }

        /// Builds the layers one after the other, each checked against the shapes that it reads.
        func model() throws(ModelError) -> Model {
            var ends: [ModelInput] = []
            for input in inputs ?? [Input(name: "input", shape: input)] {
                ends.append(ModelInput(name: input.name, shape: try shape(input)))
            }
            guard (1...Model.mostLayers).contains(layers.count), (1...Model.mostLayers).contains(ends.count) else {
                throw .unreadable(reason: "\(ends.count) inputs and \(layers.count) layers")
            }
            var nodes: [ModelNode] = []
            var isRead = [Bool](repeating: false, count: layers.count)
            for layer in layers {
                let definition = layer.definition
                var sources: [ModelSource] = []
                var shapes: [ActivationShape] = []
                for place in layer.inputs.prefix(Model.mostLayers) {
                    guard place >= -ends.count, place < nodes.count else {
                        throw .wrongLayer(
                            layer: definition.name, reason: "reads layer \(place), which is not before it")
                    }
                    if place >= 0 { isRead[place] = true }
                    sources.append(place < 0 ? .input(-1 - place) : .layer(place))
                    shapes.append(place < 0 ? ends[-1 - place].shape : nodes[place].output)
                }
                nodes.append(
                    ModelNode(
                        definition: definition, sources: sources, inputs: shapes,
                        output: try definition.checkedOutputShape(for: shapes)))
            }
            if let unread = isRead.dropLast().firstIndex(of: false) {
                throw .wrongLayer(layer: nodes[unread].definition.name, reason: "is read by no other layer")
            }
            let names = nodes.map(\.definition.name)
            if Set(names).count < names.count { throw .unreadable(reason: "two layers of one name") }
            return Model(name: name, inputs: ends, nodes: nodes)
        }

        private func shape(_ input: Input) throws(ModelError) -> ActivationShape {
            let extents = input.shape
            guard extents.count == 3, extents.allSatisfy({ (1...Int(Int32.max)).contains($0) }),
                Double(extents[0]) * Double(extents[1]) * Double(extents[2]) <= Double(Int32.max)
            else { throw .unreadable(reason: "an input of shape \(extents.prefix(4))") }
            guard let vocabulary = input.vocabulary else {
                return ActivationShape(channels: extents[0], rows: extents[1], columns: extents[2])
            }
            guard (1...Int(Int32.max)).contains(vocabulary), extents == [1, 1, 1] else {
                throw .unreadable(reason: "an input of tokens from a vocabulary of \(vocabulary)")
            }
            return ActivationShape(tokensOf: vocabulary)
        }
    }

    private struct Node: Codable {
        var definition: any LayerDefinition
        /// Places of the layers whose outputs it reads; -1 for the model's input.
        var inputs: [Int]

        private enum Keys: String, CodingKey { case kind, inputs, layer }

        init(definition: any LayerDefinition, inputs: [Int]) {
            self.definition = definition
            self.inputs = inputs
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Keys.self)
            try container.encode(type(of: definition).kindName, forKey: .kind)
            try container.encode(inputs, forKey: .inputs)
            try definition.encode(to: container.superEncoder(forKey: .layer))
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Keys.self)
            let kind = try container.decode(String.self, forKey: .kind)
            let type = try Parts.layerKinds.named(kind, ModelError.unknownName)
            inputs = try container.decode([Int].self, forKey: .inputs)
            definition = try type.init(from: container.superDecoder(forKey: .layer))
        }
    }
}
