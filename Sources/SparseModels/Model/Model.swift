/// A network's layers in order, without weights. Ask it for `weightShapes`, choose densities, positions and values, then
/// make a `Network`.
///
///     let model = try ModelRegistry.model(named: "mlp:300,100", input: ActivationShape(channels: 784), classes: 10)
///     for shape in model.weightShapes { ... }         // fc1: 300 x 784, fc2: 100 x 300, fc3: 10 x 100
public struct Model: Sendable {
    /// The name it was asked for by, such as "mlp:300,100".
    public let name: String
    /// Shape in which it takes a sample.
    public let input: ActivationShape
    /// The layers, neighbours fused where one layer does both, each after those that it reads.
    public let nodes: [ModelNode]
    /// Shapes of the weights of the layers that have any, in order; the output layer is last.
    public let weightShapes: [WeightShape]
    /// Shape of the output.
    public let output: ActivationShape
    /// Border of zeros that the maps of a batch's input have.
    public let inputHalo: Int

    /// A model of these parts, one after the other.
    /// - Throws: `ModelError.differentEnds` for a residual block whose body and shortcut end with different shapes,
    ///   `ModelError.repeatedName` for two layers of one name.
    public init(name: String, input: ActivationShape, layers: [any ModelPart]) throws(ModelError) {
        var graph = ModelGraph(input: input)
        for part in layers { part.add(to: &graph) }
        if let fault = graph.fault { throw fault }
        var known: Set<String> = [""]
        for layer in graph.names where !known.insert(layer).inserted { throw .repeatedName(model: name, layer: layer) }
        self.init(name: name, input: input, nodes: graph.nodes.withCopies(), output: graph.shape)
    }

    /// - Parameter nodes: Checked, with the copies that some layers need.
    init(name: String, input: ActivationShape, nodes: [ModelNode], output: ActivationShape) {
        self.name = name
        self.input = input
        self.nodes = nodes
        self.output = output
        weightShapes = nodes.compactMap { $0.definition.weightShape(for: $0.input) }
        inputHalo = nodes.filter { $0.source == nil }.map(\.definition.inputHalo).max() ?? 0
    }

    /// The layers without their order.
    public var layers: [any LayerDefinition] { nodes.map(\.definition) }

    /// Weights of all layers, were they dense.
    public var denseWeights: Int { weightShapes.map(\.positionCount).reduce(0, +) }
    /// Weights of all layers, were they dense, and biases, scales and shifts.
    public var denseParameters: Int {
        denseWeights + nodes.map { $0.definition.vectorParameters(for: $0.input) }.reduce(0, +)
    }
    /// Multiplications and additions of the weights of a sample's forward pass, were all layers dense.
    public var forwardFLOPs: Double { weightShapes.map(\.forwardFLOPs).reduce(0, +) }

    /// Names of the layers that find no variance in a batch of one sample, where each channel has one value.
    public var layersOfOneValue: [String] {
        nodes.filter { $0.definition.usesStatistics && $0.output.rows * $0.output.columns == 1 }
            .map(\.definition.name)
    }
}
