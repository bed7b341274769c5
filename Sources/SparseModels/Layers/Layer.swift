public import SparseStore

/// How the work of a layer may be cut.
public enum LayerSplit: Sendable {
    /// Panels do not depend on each other: any range of panels, and any part of the output channels.
    case panels
    /// A channel needs all panels of the batch: only parts of the channels.
    case channels
}

/// A layer with its buffers, made for one largest batch size. Input and output are panels; calls for disjoint panels and
/// parts may run at once, and no output element depends on how the work was cut.
public protocol Layer: AnyObject, Sendable {
    var name: String { get }
    /// Result of `forward`.
    var output: Panels { get }
    /// Gradient of the loss by the output, which the next layer (or the loss) writes. Padded lanes are zero.
    var outputGradient: Panels { get }
    /// What the optimiser trains.
    var parameters: [Parameter] { get }
    /// What else a checkpoint must hold, such as running statistics.
    var buffers: [NamedBuffer] { get }
    /// How its work may be cut.
    var split: LayerSplit { get }

    /// output = layer(input), for these panels and this part of the output channels.
    func forward(_ input: Panels, panels: Range<Int>, part: Part, pass: Pass)

    /// True when `activationBackward` has something to do.
    var hasFusedActivation: Bool { get }
    /// Takes `outputGradient` back through an activation that is fused into the layer, in place, for this part of the
    /// output channels. All parts are done before `backward`.
    func activationBackward(panels: Range<Int>, part: Part)
    /// True when `backward` also computes the gradient of `parameters[0]`; it needs all panels of the batch at once.
    /// `parameterGradient` computes it again, for connections that have changed meanwhile.
    var joinsGradients: Bool { get }
    /// Writes the gradient of the input from `outputGradient`, for this part of the input channels. The first layer of
    /// a network has nobody to give it to: nil.
    func backward(_ input: Panels, inputGradient: Panels?, panels: Range<Int>, part: Part, pass: Pass)
    /// Gradient of `parameters[index]` over the whole batch, for this part of its values, after `backward`.
    func parameterGradient(_ index: Int, input: Panels, part: Part, pass: Pass)
}

extension Layer {
    public var parameters: [Parameter] { [] }
    public var buffers: [NamedBuffer] { [] }
    public var split: LayerSplit { .panels }
    public var hasFusedActivation: Bool { false }
    public var joinsGradients: Bool { false }
    public func activationBackward(panels: Range<Int>, part: Part) {}
    public func parameterGradient(_ index: Int, input: Panels, part: Part, pass: Pass) {}
}
