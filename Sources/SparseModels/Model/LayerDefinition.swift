public import SparseStore

/// A layer as a model lists it, before weights and buffers exist. A new kind of layer is one file with a definition and
/// the `Layer` it makes.
public protocol LayerDefinition: Sendable {
    /// Name, unique in the model, such as "fc1".
    var name: String { get }
    /// Shape of the output for this shape of the input.
    func outputShape(for input: ActivationShape) -> ActivationShape
    /// Shape of the weights, which may be sparse; nil for a layer without.
    func weightShape(for input: ActivationShape) -> WeightShape?
    /// One layer that does the work of this one and `next`, when there is such a layer.
    func fused(with next: any LayerDefinition) -> (any LayerDefinition)?
    /// Allocates the layer.
    func makeLayer(at site: LayerSite) -> any Layer
}

extension LayerDefinition {
    public func outputShape(for input: ActivationShape) -> ActivationShape { input }
    public func weightShape(for input: ActivationShape) -> WeightShape? { nil }
    public func fused(with next: any LayerDefinition) -> (any LayerDefinition)? { nil }
}

/// Where in a network a layer is made.
public struct LayerSite: Sendable {
    /// Place in the network; keys the layer's random streams.
    public var index: Int
    public var input: ActivationShape
    /// Largest batch, in samples.
    public var batchSize: Int
    /// The weights, of the shape that the definition asked for; nil when it asked for none.
    public var weights: (any SparseMatrix)?
}
