public import Foundation

/// A model as JSON: its layers in order, each with its kind, its own numbers and where its inputs come from. A network is
/// made from it without the code that built the model.
extension Model {
    /// The key of `JSONDecoder.userInfo` under which decoding finds the `LayerKinds`.
    private static let kindsKey = CodingUserInfoKey(rawValue: "sparsetrain.layerKinds")
    /// More layers than this are no network.
    private static let mostLayers = 100_000

    /// The model as one JSON object.
    public func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(Stored(self))
    }

    /// Reads what `json` wrote. The content may be anything: every layer is checked before it is used.
    /// - Parameter kinds: The kinds of layers that may occur.
    /// - Throws: `ModelError`: `unknown` for a layer of another kind, `wrongLayer` for one that cannot be, `unreadable`.
    public init(json: Data, kinds: LayerKinds = .standard) throws(ModelError) {
        let decoder = JSONDecoder()
        if let key = Model.kindsKey { decoder.userInfo[key] = kinds }
        let stored: Stored
        do { stored = try decoder.decode(Stored.self, from: json) } catch let error as ModelError { throw error } catch
        {
            throw .unreadable(reason: "its layers are not those of a model")
        }
        self = try stored.model()
    }

    private struct Stored: Codable {
        var name: String
        /// Channels, rows, columns.
        var input: [Int]
        var layers: [Node]

        init(_ model: Model) {
            name = model.name
            input = [model.input.channels, model.input.rows, model.input.columns]
            layers = model.nodes.map { node in
                var inputs = [node.source ?? -1]
                if case .some(let branch) = node.branch { inputs.append(branch ?? -1) }
                return Node(definition: node.definition, inputs: inputs)
            }
        }

        /// Builds the layers one after the other, each checked against the shapes that it reads.
        func model() throws(ModelError) -> Model {
            guard input.count == 3, input.allSatisfy({ (1...Int(Int32.max)).contains($0) }),
                Double(input[0]) * Double(input[1]) * Double(input[2]) <= Double(Int32.max)
            else { throw .unreadable(reason: "an input of shape \(input.prefix(4))") }
            guard (1...Model.mostLayers).contains(layers.count) else {
                throw .unreadable(reason: "\(layers.count) layers")
            }
            let shape = ActivationShape(channels: input[0], rows: input[1], columns: input[2])
            var nodes: [ModelNode] = []
            var isRead = [Bool](repeating: false, count: layers.count)
            for layer in layers {
                let definition = layer.definition
                func place(_ index: Int) throws(ModelError) -> (source: Int?, shape: ActivationShape) {
                    let source = layer.inputs[index]
                    guard source >= -1, source < nodes.count else {
                        throw .wrongLayer(
                            layer: definition.name, reason: "reads layer \(source), which is not before it")
                    }
                    if source < 0 { return (nil, shape) }
                    isRead[source] = true
                    return (source, nodes[source].output)
                }
                guard layer.inputs.count == definition.inputCount else {
                    throw .wrongLayer(
                        layer: definition.name,
                        reason: "has \(layer.inputs.count) inputs, but takes \(definition.inputCount)")
                }
                let (source, own) = try place(0)
                var branch: Int?? = .none
                if layer.inputs.count > 1 {
                    let (second, other) = try place(1)
                    guard other == own, second != nil else {
                        throw .wrongLayer(layer: definition.name, reason: "has inputs of \(own) and \(other)")
                    }
                    branch = .some(second)
                }
                nodes.append(
                    ModelNode(
                        definition: definition, source: source, branch: branch, input: own,
                        output: try definition.checkedOutputShape(for: own)))
            }
            if let unread = isRead.dropLast().firstIndex(of: false) {
                throw .wrongLayer(layer: nodes[unread].definition.name, reason: "is read by no other layer")
            }
            let names = nodes.map(\.definition.name)
            if Set(names).count < names.count { throw .unreadable(reason: "two layers of one name") }
            return Model(name: name, input: shape, nodes: nodes, output: nodes[nodes.count - 1].output)
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
            let kinds = Model.kindsKey.flatMap { decoder.userInfo[$0] as? LayerKinds } ?? .standard
            let kind = try container.decode(String.self, forKey: .kind)
            guard let type = kinds.type(named: kind) else {
                throw ModelError.unknown(kind: "kind of layer", name: kind, known: kinds.names)
            }
            inputs = try container.decode([Int].self, forKey: .inputs)
            definition = try type.init(from: container.superDecoder(forKey: .layer))
        }
    }
}
