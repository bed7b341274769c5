public import SparseStore

/// A layer as a model lists it, before weights and buffers exist: the whole contract of a kind of layer. A new kind is one file
/// with a definition and the `Layer` it makes, in this package or in a program of its own. What a definition encodes is kept
/// with a trained network, which is made again from it: `Parts.layerKinds` says which kinds can be read.
///
/// Most requirements have a default that is right, if not fastest, for a layer with one input and no weights.
public protocol LayerDefinition: ModelPart, Codable {
    /// The kind's name in files; unless it says otherwise the type's.
    static var kindName: String { get }
    /// Name, unique in the model, such as "fc1".
    var name: String { get }

    // What it reads and gives

    /// Inputs that the layer takes: 1 unless it says otherwise.
    var inputCount: Int { get }
    /// True when an input may be one of token ids, which `LayerInputs.tokens` gives.
    var readsTokens: Bool { get }
    /// Why there is no such layer, or why it cannot read inputs of these shapes; nil when there is and it can. Asked before
    /// all else, with `inputCount` shapes: a definition may come from a file.
    func fault(for inputs: [ActivationShape]) -> String?
    /// Shape of the output for these shapes of the inputs.
    func outputShape(for inputs: [ActivationShape]) -> ActivationShape

    // What is trained

    /// Shapes of the weight matrices, each of which may be sparse.
    func weightShapes(for inputs: [ActivationShape]) -> [WeightShape]
    /// Numbers that are trained beside the weights: biases, scales and shifts, tables.
    func vectorParameters(for inputs: [ActivationShape]) -> Int
    /// Most samples of one sequence; nil: any number.
    var longestSequence: Int? { get }
    /// Multiplications and additions of products beside those of the weight matrices, in the forward pass of one sample of a
    /// sequence of so many.
    func otherFLOPs(for inputs: [ActivationShape], sequenceLength: Int) -> Double

    // How its work may be cut, and how signals pass

    /// How the work of the layer may be split.
    var split: LayerSplit { get }
    /// Through what a signal of each input gets to the output. Growth, warnings and dead units follow from it.
    func signals(for inputs: [ActivationShape]) -> [Signal]
    /// True when it takes mean and variance of each channel from the batch.
    var usesStatistics: Bool { get }

    // What memory it needs

    /// Width of the border of zeros around an input's maps that the layer needs at least.
    var inputHalo: Int { get }
    /// The same of the gradient of the output.
    func gradientHalo(for inputs: [ActivationShape]) -> Int
    /// False when it takes no input that another layer reads too, for it cannot add to the gradient of an input, nor read one
    /// with a border: it is given a copy.
    var sharesInput: Bool { get }
    /// What it reads after its forward pass, and whether it changes the gradient it is given. If in doubt, all.
    var needs: LayerNeeds { get }
    /// True when an element of the output depends on the elements of the inputs in the same place, and on numbers of its
    /// channel: then the output may be written over an input, and an input's gradient over that of the output or over what
    /// the layer reads on the way back.
    var isElementwise: Bool { get }
    /// True when the output is the one input: it may have its memory, and the layer then has nothing to do forward.
    var givesInput: Bool { get }
    /// True when all inputs have the same gradient.
    var givesOneGradient: Bool { get }
    /// True when that is the gradient of the output.
    var passesGradient: Bool { get }
    /// True when, where it adds to the gradient of its input, it can take what it adds to from elsewhere.
    var takesAddend: Bool { get }

    /// One layer that does the work of this one and `next`, when there is such a layer.
    func fused(with next: any LayerDefinition) -> (any LayerDefinition)?
    /// Allocates the layer.
    /// - Throws: `StoreError` when its weights cannot be stored.
    func makeLayer(at site: LayerSite) throws(StoreError) -> any Layer
}

extension LayerDefinition {
    public static var kindName: String { String(describing: Self.self) }
    public var inputCount: Int { 1 }
    public var readsTokens: Bool { false }
    public func fault(for inputs: [ActivationShape]) -> String? { nil }
    public func outputShape(for inputs: [ActivationShape]) -> ActivationShape { inputs[0] }
    public func weightShapes(for inputs: [ActivationShape]) -> [WeightShape] { [] }
    public func vectorParameters(for inputs: [ActivationShape]) -> Int { 0 }
    public var longestSequence: Int? { nil }
    public func otherFLOPs(for inputs: [ActivationShape], sequenceLength: Int) -> Double { 0 }
    public var split: LayerSplit { .panels }
    /// Each input passes through the matrices that read it, and channel by channel if none does.
    public func signals(for inputs: [ActivationShape]) -> [Signal] {
        let shapes = weightShapes(for: inputs)
        return shapes.indices.map { .weights($0, input: shapes[$0].input) }
            + inputs.indices.filter { input in !shapes.contains { $0.input == input } }.map { .channels(input: $0) }
    }
    public var usesStatistics: Bool { false }
    public var inputHalo: Int { 0 }
    public func gradientHalo(for inputs: [ActivationShape]) -> Int { 0 }
    public var sharesInput: Bool { true }
    public var needs: LayerNeeds { .all }
    public var isElementwise: Bool { false }
    public var givesInput: Bool { false }
    public var givesOneGradient: Bool { false }
    public var passesGradient: Bool { false }
    public var takesAddend: Bool { false }
    public func fused(with next: any LayerDefinition) -> (any LayerDefinition)? { nil }
    public func add(to graph: inout ModelGraph) { graph.append(self) }
}

/// How the work of a layer may be split.
public enum LayerSplit: Sendable {
    /// Panels do not depend on each other: any range of panels, and any part of the output channels.
    case panels
    /// Panels do not depend on each other, but a channel depends on others: any range of panels, all channels.
    case wholePanels
    /// The panels of one sequence belong together (`Pass.panelsPerSequence`): whole sequences, all channels.
    case sequences
    /// A channel needs all panels of the batch: only parts of the channels.
    case channels

    /// Whether a range of panels can be carried through the layer by itself.
    var carriesPanels: Bool { self != .channels }
    /// Whether parts of the channels can be computed by themselves.
    var cutsChannels: Bool { self == .panels || self == .channels }
}

/// One way by which an input of a layer gets to its output.
public enum Signal: Sendable, Equatable {
    /// Through a weight matrix, from the elements of the input to the output channels.
    case weights(Int, input: Int)
    /// From each channel to the same channel (or, where they are flattened, to its elements).
    case channels(input: Int)
    /// From every channel to every channel.
    case all(input: Int)

    var input: Int {
        switch self {
        case .weights(_, let input), .channels(let input), .all(let input): input
        }
    }
}

/// What a layer needs of a batch once its forward pass is over, beside the gradient of its output. The memory of whatever no
/// layer needs any more serves for something else, so that a layer which claims too little reads another's numbers.
public struct LayerNeeds: OptionSet, Sendable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// `backward` reads an input.
    public static let input = LayerNeeds(rawValue: 1)
    /// `activationBackward` or `backward` reads the output.
    public static let output = LayerNeeds(rawValue: 2)
    /// `parameterGradient` reads an input and the output's gradient, after all layers' backward passes.
    public static let afterwards = LayerNeeds(rawValue: 4)
    /// `activationBackward` or `backward` changes the output's gradient.
    public static let gradientOfItsOwn = LayerNeeds(rawValue: 8)

    /// Everything: what a layer needs that does not say.
    public static let all: LayerNeeds = [.input, .output, .afterwards, .gradientOfItsOwn]
}

/// Where in a network a layer is made.
public struct LayerSite: Sendable {
    /// Place in the network; keys the layer's random streams.
    public var index: Int
    /// Each input of the layer.
    public var inputs: [InputSite]
    /// Largest batch, in samples.
    public var batchSize: Int
    /// Where the layer puts its output, and where it finds the gradient of that. Other activations have the same memory at
    /// other times.
    public var output: Panels
    /// Gradient of `output`, in the same shape.
    public var outputGradient: Panels
    /// The weights, of the shapes that the definition asked for.
    public var weights: [any SparseMatrix]
    /// The network's seed, for the values that tables begin with; nil where they will be filled.
    public var seed: UInt64?
    /// The layers before this one, whose parameters it may use, too.
    public var layersBefore: [any Layer]

    /// Refuses inputs with a border, for layers that take feature vectors as they lie.
    /// - Throws: `StoreError.invalidStructure`.
    func requireNoBorder() throws(StoreError) {
        guard output.halo == 0, outputGradient.halo == 0, inputs.allSatisfy({ $0.halo == 0 }) else {
            throw .invalidStructure("this layer reads no maps with a border; read a copy")
        }
    }
}

/// Where an input of a layer comes from.
public struct InputSite: Sendable {
    /// Shape of a sample of it.
    public var shape: ActivationShape
    /// Border of the input panels.
    public var halo: Int
    /// False for an input of the network itself.
    public var hasGradient: Bool
    /// True when the gradient of the input has been written by a later layer, or for an earlier input of this one, and this
    /// one adds its share.
    public var addsGradient: Bool
    /// Where that layer's share is, when it is not in the gradient of the input.
    public var addend: Panels?
    /// True when the layer before this one takes the gradient of the input from the gradient of the output.
    public var leavesGradient: Bool
}

extension LayerDefinition {
    /// Shape of the output, after the inputs have been found such that the layer can take them.
    /// - Throws: `ModelError`, also for an output or weights larger than any network could hold.
    func checkedOutputShape(for inputs: [ActivationShape]) throws(ModelError) -> ActivationShape {
        if inputs.count != inputCount {
            throw .wrongLayer(layer: name, reason: "has \(inputs.count) inputs, but takes \(inputCount)")
        }
        if !readsTokens, inputs.contains(where: { $0.vocabulary != nil }) {
            throw .wrongLayer(layer: name, reason: "reads tokens, but takes numbers; an embedding makes them of tokens")
        }
        if let reason = fault(for: inputs) { throw .wrongLayer(layer: name, reason: reason) }
        let output = outputShape(for: inputs)
        func isHeld(_ extents: Int...) -> Bool {
            var product = 1
            for extent in extents {
                let (next, overflow) = product.multipliedReportingOverflow(by: extent)
                guard extent > 0, !overflow, next <= Int(Int32.max) else { return false }
                product = next
            }
            return true
        }
        try require(isHeld(output.channels, output.rows, output.columns), "outputs of \(output)")
        for (shape, halo) in inputs.map({ ($0, inputHalo) }) + [(output, gradientHalo(for: inputs))] {
            try require(
                halo < 1 << 20 && isHeld(shape.channels, shape.rows + 2 * halo, shape.columns + 2 * halo),
                "maps of \(shape) with a border of \(halo)")
        }
        for weights in weightShapes(for: inputs) {
            try require(
                isHeld(weights.inputs, weights.kernelRows, weights.kernelColumns),
                "\(weights.inputs) inputs with a kernel of \(weights.kernelRows) x \(weights.kernelColumns)")
            try require(inputs.indices.contains(weights.input), "weights of input \(weights.input)")
        }
        return output
    }

    /// - Throws: `ModelError.wrongLayer` that says what a layer of this name cannot have.
    private func require(_ holds: Bool, _ what: @autoclosure () -> String) throws(ModelError) {
        if !holds { throw .wrongLayer(layer: name, reason: "cannot have " + what()) }
    }
}
