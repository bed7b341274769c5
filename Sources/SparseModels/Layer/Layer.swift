public import SparseStore

/// A layer with its buffers, made for one largest batch size. Inputs and output are panels; calls for disjoint panels and
/// parts may run at once, and no output element depends on how the work was cut.
///
/// Its definition (`LayerDefinition`) says what it is made of; this is how it computes. A layer that a program adds
/// implements `forward`, `backward` and, if it has parameters, `parameterGradient`.
public protocol Layer: AnyObject, Sendable {
    /// Unique in the model.
    var name: String { get }
    /// Result of `forward`.
    var output: Panels { get }
    /// Gradient of the loss by the output, which the next layer (or the loss) writes. Padded lanes are zero.
    var outputGradient: Panels { get }
    /// What the optimiser trains: the weight matrices in the order of the definition's `weightShapes`, and vectors.
    var parameters: [Parameter] { get }
    /// What else a checkpoint must hold, such as running statistics.
    var buffers: [NamedBuffer] { get }

    /// output = layer(inputs), for these panels and this part of the output channels.
    func forward(_ inputs: LayerInputs, panels: Range<Int>, part: Part, pass: Pass)

    /// The layer as it computes single samples, with the weights it has now; nil when it can compute panels only. Inputs
    /// and outputs may be maps.
    func forSingleSamples() throws(StoreError) -> (any SampleLayer)?

    /// The layer as it computes the tokens of a sequence one after the other, with the weights it has now; nil when it can compute
    /// panels only. A layer of single samples does so unless it says otherwise.
    func forTokens() throws(StoreError) -> (any TokenLayer)?

    /// True when `activationBackward` has something to do.
    var hasFusedActivation: Bool { get }
    /// Takes `outputGradient` back through an activation that is fused into the layer, in place, for this part of the
    /// output channels. All parts are done before `backward`.
    func activationBackward(panels: Range<Int>, part: Part)
    /// True when `backward` also computes the gradient of `parameters[0]`; it needs all panels of the batch at once.
    /// `parameterGradient` computes it again, for connections that have changed meanwhile.
    var joinsGradients: Bool { get }
    /// Writes the gradient of each input that has one (`LayerInputs.gradient`) from `outputGradient`, for this part of the
    /// input channels. Where the site says so it adds its share to what is there.
    func backward(_ inputs: LayerInputs, panels: Range<Int>, part: Part, pass: Pass)
    /// Gradient of `parameters[index]` over the whole batch, for this part of its values, after `backward`.
    func parameterGradient(_ index: Int, inputs: LayerInputs, part: Part, pass: Pass)
    /// The panels of which the dense gradient of weight matrix `index` is the product, after `backward`: what the matrix
    /// multiplied, and the gradient of what it gave. They stay as they are to the end of the step.
    func gradientPanels(ofWeights index: Int, inputs: LayerInputs) -> (input: Panels, outputGradient: Panels)
}

extension Layer {
    public var parameters: [Parameter] { [] }
    public var buffers: [NamedBuffer] { [] }
    public func forSingleSamples() throws(StoreError) -> (any SampleLayer)? { nil }
    public func forTokens() throws(StoreError) -> (any TokenLayer)? {
        try forSingleSamples().map { TokenAlone(layer: $0) }
    }
    public var hasFusedActivation: Bool { false }
    public var joinsGradients: Bool { false }
    public func activationBackward(panels: Range<Int>, part: Part) {}
    public func parameterGradient(_ index: Int, inputs: LayerInputs, part: Part, pass: Pass) {}
    public func gradientPanels(ofWeights index: Int, inputs: LayerInputs) -> (input: Panels, outputGradient: Panels) {
        (inputs[0], outputGradient)
    }
}

/// What a layer reads of the batch at hand: for each of its inputs the panels, and where the gradient of the loss by them goes.
public struct LayerInputs: Sendable {
    let chain: LayerChain
    let layer: Int

    /// Inputs that the layer has.
    public var count: Int { chain.sources[layer].count }

    /// The panels of an input of numbers.
    public subscript(_ index: Int) -> Panels { chain.panels(of: chain.sources[layer][index]) }

    /// The ids of an input of tokens, one a sample; negative past the last sample.
    public func tokens(_ index: Int) -> AlignedBuffer<Int32> { chain.tokens(of: chain.sources[layer][index]) }

    /// Where the gradient of an input goes; nil for inputs of the network, whose gradient is nobody's.
    public func gradient(_ index: Int) -> Panels? { chain.gradient(of: chain.sources[layer][index]) }
}

/// What all layers are told of one pass of a batch.
public struct Pass: Sendable {
    /// True while training: dropout drops and batch normalisation uses the batch's own statistics.
    public var training: Bool
    /// Samples in the batch.
    public var samples: Int
    /// Number of the training step, and the run's seed: with the layer's place they key its random numbers.
    public var step: Int
    /// The run's seed.
    public var seed: UInt64
    /// Panels that belong together: those of one sequence, or 1. The samples of a sequence begin with a panel.
    public var panelsPerSequence: Int
    /// Samples of a sequence, in the first lanes of its panels; the others are padding in the middle of the batch, which nothing
    /// that counts may depend on.
    public var sequenceLength: Int

    /// A pass over `samples` samples, padded lanes behind the last not counted. Without a length sequences fill their panels.
    public init(
        training: Bool, samples: Int, step: Int = 0, seed: UInt64 = 0, panelsPerSequence: Int = 1,
        sequenceLength: Int? = nil
    ) {
        precondition(samples > 0, "a batch has samples")
        precondition(panelsPerSequence > 0, "a sequence has panels")
        precondition(
            sequenceLength.map { Panels.count($0) == panelsPerSequence } ?? true, "a sequence of other panels")
        self.training = training
        self.samples = samples
        self.step = step
        self.seed = seed
        self.panelsPerSequence = panelsPerSequence
        self.sequenceLength = sequenceLength ?? panelsPerSequence * Panels.lanes
    }

    /// Calls `body` for each sequence of some panels with its first panel and the samples that it has: those of the last may be fewer.
    func forEachSequence(_ panels: Range<Int>, _ body: (_ panel: Int, _ length: Int) -> Void) {
        for panel in stride(from: panels.lowerBound, to: panels.upperBound, by: panelsPerSequence) {
            let left = samples - panel * Panels.lanes
            if left > 0 { body(panel, min(sequenceLength, left)) }
        }
    }

    /// The panels that hold the samples.
    public var panels: Range<Int> { 0..<Panels.count(samples) }
}
