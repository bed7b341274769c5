public import SparseModels

/// A kind of layer that can be exported to ONNX. One of a program's own says so beside its definition:
///
///     extension Doubling: ONNXLayer {
///         func append(to graph: inout ONNXGraph, at place: ONNXPlace) -> ONNXValue {
///             graph.append("Add", [place.inputs[0].name, place.inputs[0].name], like: place.inputs[0], named: name)
///         }
///     }
public protocol ONNXLayer: LayerDefinition {
    /// Appends the nodes that compute the layer's output, as evaluation does.
    /// - Throws: `ExportError` for what ONNX cannot express.
    func append(to graph: inout ONNXGraph, at place: ONNXPlace) throws -> ONNXValue
    /// True when its output is a sum of weights times inputs, so that a factor and a shift of each output channel can be
    /// merged into it. `append` then heeds `ONNXPlace.merged`.
    var takesAffine: Bool { get }
    /// Factor and shift of each channel, when the layer is no more than these, and a ReLU perhaps. Where they are merged into
    /// the layer before, `append` is told so (`ONNXPlace.isMerged`).
    func affine(of layer: any Layer) -> ChannelAffine?
}

extension ONNXLayer {
    public var takesAffine: Bool { false }
    public func affine(of layer: any Layer) -> ChannelAffine? { nil }
}

/// y = factor x + shift, with a factor and a shift for each channel.
public struct ChannelAffine: Sendable, Equatable {
    /// Factor of each channel.
    public var factor: [Float]
    /// What is added to each channel.
    public var shift: [Float]

    /// Arrays with a number for each channel.
    public init(factor: [Float], shift: [Float]) {
        self.factor = factor
        self.shift = shift
    }
}

/// Where in a network the nodes of a layer are appended.
public struct ONNXPlace: Sendable {
    /// The layer with its numbers.
    public let layer: any Layer
    /// Its weight matrices.
    public let matrices: [ExportedMatrix]
    /// What it reads.
    public let inputs: [ONNXValue]
    /// Shape of its output.
    public let output: ActivationShape
    /// What is to be merged into the layer, of its output channels.
    public let merged: ChannelAffine?
    /// True when the layer's own factor and shift are merged into the layer before.
    public let isMerged: Bool

    /// The bias of the layer's outputs with what is merged into it; nil when there is none.
    public func bias(_ values: [Float]?) -> [Float]? {
        guard let merged else { return values }
        guard let values else { return merged.shift }
        return values.indices.map { values[$0] * merged.factor[$0] + merged.shift[$0] }
    }
}

/// What a node gives, or an input of the graph.
public struct ONNXValue: Sendable, Equatable {
    /// Its name in the graph.
    public let name: String
    /// Shape of a sample. The batch is a dimension before it.
    public let shape: ActivationShape
    /// True for batch x channels x rows x columns, false for batch x elements.
    public let isMaps: Bool
}

/// A number, text or list that a node is given by name.
public enum ONNXAttribute: Sendable {
    /// One number.
    case float(Float)
    /// One whole number.
    case int(Int)
    /// Whole numbers.
    case ints([Int])
    /// A text.
    case string(String)
}
