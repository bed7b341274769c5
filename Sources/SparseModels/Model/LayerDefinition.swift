public import SparseStore

/// A layer as a model lists it, before weights and buffers exist. A new kind of layer is one file with a definition and
/// the `Layer` it makes. What a definition encodes is kept with a trained network, which is made again from it: `LayerKinds`
/// says which kinds can be read.
public protocol LayerDefinition: ModelPart, Codable {
    /// The kind's name in files; unless it says otherwise the type's.
    static var kindName: String { get }
    /// Inputs that a layer of this kind takes: 1, or 2 where a branch joins.
    var inputCount: Int { get }
    /// Name, unique in the model, such as "fc1".
    var name: String { get }
    /// Why there is no such layer, or why it cannot read an input of this shape; nil when there is and it can. Asked before
    /// all else: a definition may come from a file.
    func fault(for input: ActivationShape) -> String?
    /// Shape of the output for this shape of the input.
    func outputShape(for input: ActivationShape) -> ActivationShape
    /// Shape of the weights, which may be sparse; nil for a layer without.
    func weightShape(for input: ActivationShape) -> WeightShape?
    /// Numbers that are trained beside the weights: biases, scales and shifts.
    func vectorParameters(for input: ActivationShape) -> Int
    /// One layer that does the work of this one and `next`, when there is such a layer.
    func fused(with next: any LayerDefinition) -> (any LayerDefinition)?
    /// Width of the border of zeros around the input's maps that the layer needs at least.
    var inputHalo: Int { get }
    /// Width of the border of zeros around the maps of the output's gradient that the layer needs at least.
    func gradientHalo(for input: ActivationShape) -> Int
    /// Whether the layer copes with an input that has a border and adds to the input's gradient where it is told to. One
    /// that does not gets an input of its own.
    var sharesInput: Bool { get }
    /// What it reads after its forward pass, and whether it changes the gradient it is given. If in doubt, all.
    var needs: LayerNeeds { get }
    /// True when an element of the output depends on the elements of the inputs in the same place, and on numbers of its
    /// channel: then the output may be written over an input, and an input's gradient over that of the output or over what
    /// the layer reads on the way back.
    var isElementwise: Bool { get }
    /// True when both inputs have the same gradient.
    var givesOneGradient: Bool { get }
    /// True when that is the gradient of the output.
    var passesGradient: Bool { get }
    /// True when, where it adds to the gradient of its input, it can take what it adds to from elsewhere.
    var takesAddend: Bool { get }
    /// True when it takes mean and variance of each channel from the batch.
    var usesStatistics: Bool { get }
    /// Allocates the layer.
    /// - Throws: `StoreError` when its weights cannot be stored.
    func makeLayer(at site: LayerSite) throws(StoreError) -> any Layer
}

extension LayerDefinition {
    public func fault(for input: ActivationShape) -> String? { nil }
    public static var kindName: String { String(describing: Self.self) }
    public var inputCount: Int { 1 }
    public func outputShape(for input: ActivationShape) -> ActivationShape { input }
    public func weightShape(for input: ActivationShape) -> WeightShape? { nil }
    public func vectorParameters(for input: ActivationShape) -> Int { 0 }
    public var inputHalo: Int { 0 }
    public func gradientHalo(for input: ActivationShape) -> Int { 0 }
    public var sharesInput: Bool { true }
    public var needs: LayerNeeds { .all }
    public var isElementwise: Bool { false }
    public var givesOneGradient: Bool { false }
    public var passesGradient: Bool { false }
    public var takesAddend: Bool { false }
    public var usesStatistics: Bool { false }
    public func add(to graph: inout ModelGraph) { graph.append(self) }
    public func fused(with next: any LayerDefinition) -> (any LayerDefinition)? { nil }
}

extension LayerDefinition {
    /// - Throws: `ModelError.wrongLayer` that says what a layer of this name cannot have.
    func require(_ holds: Bool, _ what: @autoclosure () -> String) throws(ModelError) {
        if !holds { throw .wrongLayer(layer: name, reason: "cannot have " + what()) }
    }
}

/// Where in a network a layer is made.
public struct LayerSite: Sendable {
    /// Place in the network; keys the layer's random streams.
    public var index: Int
    public var input: ActivationShape
    /// Largest batch, in samples.
    public var batchSize: Int
    /// Border of the input panels.
    public var inputHalo = 0
    /// Where the layer puts its output, and where it finds the gradient of that. Other activations have the same memory at
    /// other times.
    public var output: Panels
    public var outputGradient: Panels
    /// False for a layer that reads the batch itself.
    public var hasInputGradient = true
    /// True when a later layer has written into the gradient of the input already, and this one adds its share.
    public var addsInputGradient = false
    /// Where that layer's share is, when it is not in the gradient of the input.
    public var addend: Panels?
    /// True when the layer after this one takes the gradient of the input from the gradient of the output.
    public var leavesInputGradient = false
    /// The second input of a layer that has two.
    public var branch: LayerBranch?
    /// The weights, of the shape that the definition asked for; nil when it asked for none.
    public var weights: (any SparseMatrix)?
}

/// The second input of a layer.
public struct LayerBranch: Sendable {
    public var output: Panels
    /// Gradient of `output`.
    public var gradient: Panels
    /// True when the layer's share is to be added to what is there.
    public var addsGradient: Bool
    /// True when the layer after this one takes the gradient from that of the layer's output.
    public var leavesGradient: Bool
}
