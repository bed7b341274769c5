public import SparseStore

/// A layer as a model lists it, before weights and buffers exist. A new kind of layer is one file with a definition and
/// the `Layer` it makes.
public protocol LayerDefinition: ModelPart {
    /// Name, unique in the model, such as "fc1".
    var name: String { get }
    /// Shape of the output for this shape of the input.
    func outputShape(for input: ActivationShape) -> ActivationShape
    /// Shape of the weights, which may be sparse; nil for a layer without.
    func weightShape(for input: ActivationShape) -> WeightShape?
    /// One layer that does the work of this one and `next`, when there is such a layer.
    func fused(with next: any LayerDefinition) -> (any LayerDefinition)?
    /// Width of the border of zeros around the input's maps that the layer needs at least.
    var inputHalo: Int { get }
    /// Whether other layers may read the same input. When they may, the layer copes with any border of the input, and adds
    /// to the input's gradient where it is told to.
    var sharesInput: Bool { get }
    /// Allocates the layer.
    /// - Throws: `StoreError` when its weights cannot be stored.
    func makeLayer(at site: LayerSite) throws(StoreError) -> any Layer
}

extension LayerDefinition {
    public func outputShape(for input: ActivationShape) -> ActivationShape { input }
    public func weightShape(for input: ActivationShape) -> WeightShape? { nil }
    public var inputHalo: Int { 0 }
    public var sharesInput: Bool { true }
    public func add(to graph: inout ModelGraph) { graph.append(self) }
    public func fused(with next: any LayerDefinition) -> (any LayerDefinition)? { nil }
}

/// Where in a network a layer is made.
public struct LayerSite: Sendable {
    /// Place in the network; keys the layer's random streams.
    public var index: Int
    public var input: ActivationShape
    /// Largest batch, in samples.
    public var batchSize: Int
    /// Border of the input panels, and the border that the output panels must have.
    public var inputHalo = 0
    public var outputHalo = 0
    /// True when a later layer has written into the gradient of the input already, and this one adds its share.
    public var addsInputGradient = false
    /// The second input of a layer that has two.
    public var branch: LayerBranch?
    /// The weights, of the shape that the definition asked for; nil when it asked for none.
    public var weights: (any SparseMatrix)?
}

/// The second input of a layer.
public struct LayerBranch: Sendable {
    public var output: Panels
    /// Gradient of `output`; nil when it is the network's input.
    public var gradient: Panels?
    /// True when the layer's share is to be added to what is there.
    public var addsGradient: Bool
}
