internal import SparseStore

/// A network's layers in order, without weights. Ask it for `weightShapes`, choose densities, positions and values, then
/// make a `Network`.
///
///     let model = try Parts.models.model(named: "mlp:300,100", input: ActivationShape(channels: 784), classes: 10)
///     for shape in model.weightShapes { ... }         // fc1: 300 x 784, fc2: 100 x 300, fc3: 10 x 100
public struct Model: Sendable {
    /// The name it was asked for by, such as "mlp:300,100".
    public let name: String
    /// What it takes of a sample: one input, or several.
    public let inputs: [ModelInput]
    /// The layers, neighbours fused where one layer does both, each after those that it reads.
    public let nodes: [ModelNode]
    /// Shapes of the weight matrices, in the order of the layers; that of the output layer is last.
    public let weightShapes: [WeightShape]
    /// Shape of the output.
    public let output: ActivationShape
    /// Border of zeros that the maps of each input of a batch have.
    package let inputHalos: [Int]

    /// A model of one input and these parts, one after the other.
    /// - Throws: `ModelError.differentEnds` for a residual block whose body and shortcut end with different shapes,
    ///   `ModelError.repeatedName` for two layers of one name, `wrongLayer` for one that cannot be where it is.
    public init(name: String, input: ActivationShape, layers: [any ModelPart]) throws(ModelError) {
        try self.init(name: name, inputs: [ModelInput(name: "input", shape: input)], layers: layers)
    }

    /// A model of several inputs, which layers read by name (`Reading`). The first part reads the first input, each other the
    /// part before it, unless it says otherwise.
    public init(name: String, inputs: [ModelInput], layers: [any ModelPart]) throws(ModelError) {
        precondition(!inputs.isEmpty, "a model has an input")
        var graph = ModelGraph(inputs: inputs)
        for part in layers { part.add(to: &graph) }
        self.init(name: name, inputs: inputs, nodes: try graph.finished(model: name))
    }

    /// - Parameter nodes: Checked, with the copies that some layers need.
    init(name: String, inputs: [ModelInput], nodes: [ModelNode]) {
        self.name = name
        self.inputs = inputs
        self.nodes = nodes
        output = nodes.last?.output ?? inputs[0].shape
        weightShapes = nodes.flatMap(\.weightShapes)
        inputHalos = inputs.indices.map { input in
            nodes.filter { $0.sources.contains(.input(input)) }.map(\.definition.inputHalo).max() ?? 0
        }
    }

    /// Shape of the first input.
    public var input: ActivationShape { inputs[0].shape }
    /// Border of the first input.
    package var inputHalo: Int { inputHalos[0] }
    /// The layers without their order.
    public var layers: [any LayerDefinition] { nodes.map(\.definition) }

    /// Weights of all layers, were they dense.
    public var denseWeights: Int { weightShapes.map(\.positionCount).reduce(0, +) }
    /// Weights of all layers, were they dense, and biases, scales and shifts.
    public var denseParameters: Int {
        denseWeights + nodes.map { $0.definition.vectorParameters(for: $0.inputs) }.reduce(0, +)
    }
    /// Multiplications and additions of a sample's forward pass, were all layers dense: of the weights, and of what else is a
    /// product, such as attention in the longest sequence.
    public var forwardFLOPs: Double { weightShapes.map(\.forwardFLOPs).reduce(0, +) + otherForwardFLOPs }
    /// Those of them that belong to no weight matrix.
    public var otherForwardFLOPs: Double {
        nodes.map { $0.definition.otherFLOPs(for: $0.inputs, sequenceLength: longestSequence ?? Panels.lanes) }
            .reduce(0, +)
    }
    /// Most samples of one sequence; nil where no layer sets a limit.
    public var longestSequence: Int? { nodes.compactMap(\.definition.longestSequence).min() }

    /// Names of the layers that find no variance in a batch of one sample, where each channel has one value.
    package var layersOfOneValue: [String] {
        nodes.filter { $0.definition.usesStatistics && $0.output.rows * $0.output.columns == 1 }
            .map(\.definition.name)
    }
}

/// An input of a model.
public struct ModelInput: Sendable, Equatable {
    /// By which layers read it.
    public var name: String
    /// Shape of a sample of it.
    public var shape: ActivationShape

    /// An input that layers read by its name.
    public init(name: String, shape: ActivationShape) {
        self.name = name
        self.shape = shape
    }
}

/// What an input of a layer is.
public enum ModelSource: Sendable, Hashable {
    /// An input of the model.
    case input(Int)
    /// The output of the layer in this place.
    case layer(Int)

    /// Place of the layer; nil for an input of the model.
    var layer: Int? { if case .layer(let layer) = self { layer } else { nil } }
}

/// A layer with what it reads.
public struct ModelNode: Sendable {
    /// The layer.
    public var definition: any LayerDefinition
    /// Where each input comes from.
    public var sources: [ModelSource]
    /// Shape of each input.
    public var inputs: [ActivationShape]
    /// Shape of its output.
    public var output: ActivationShape

    /// Shapes of the layer's weight matrices.
    public var weightShapes: [WeightShape] { definition.weightShapes(for: inputs) }
    /// What the layer needs, and what growth needs of its weights.
    var needs: LayerNeeds { weightShapes.isEmpty ? definition.needs : definition.needs.union(.afterwards) }
    /// Width of the border that the gradient of the output has at least.
    var gradientHalo: Int { definition.gradientHalo(for: inputs) }
}
