public import SparseStore

/// Self-attention of several heads (Vaswani et al., "Attention is all you need", NeurIPS 2017) over the samples of each sequence, of
/// queries, keys and values that layers before it make: y = sum of values weighted by softmax(query key / sqrt(channels of a head)).
/// Scores are computed in tiles and never held all at once (Dao et al., "FlashAttention", NeurIPS 2022).
public struct Attention: LayerDefinition {
    public let name: String
    /// Heads; each has as many neighbouring channels.
    public let heads: Int
    /// Whether a sample sees itself and those before it only.
    public let causal: Bool

    /// Reads queries, keys and values, in this order.
    public init(name: String, heads: Int, causal: Bool = true) {
        precondition(heads > 0, "attention has heads")
        self.name = name
        self.heads = heads
        self.causal = causal
    }

    public var inputCount: Int { 3 }

    public func fault(for inputs: [ActivationShape]) -> String? {
        let shape = inputs[0]
        if inputs.contains(where: { $0 != shape }) {
            return "has queries, keys and values of " + inputs.map(\.description).joined(separator: ", ")
                + ", which must be alike"
        }
        if let fault = shape.fault(of: "heads") { return fault }
        return heads > 0 && shape.channels % heads == 0
            ? nil : "\(heads) heads do not divide its \(shape.channels) channels"
    }

    // A channel comes from the values' own; queries and keys only say how much of each sample, all channels of a head together.
    public func signals(for inputs: [ActivationShape]) -> [Signal] {
        [.all(input: 0), .all(input: 1), .channels(input: 2)]
    }

    public var split: LayerSplit { .sequences }
    public var needs: LayerNeeds { [.input, .output] }

    /// Scores and means, of half the keys on average if a sample does not see those after it.
    public func otherFLOPs(for inputs: [ActivationShape], sequenceLength: Int) -> Double {
        let seen = causal ? Double(sequenceLength + 1) / 2 : Double(sequenceLength)
        return 4 * seen * Double(inputs[0].channels)
    }

    public func makeLayer(at site: LayerSite) throws(StoreError) -> any Layer {
        try site.requireNoBorder()
        return AttentionLayer(self, site: site)
    }
}

/// The layer that `Attention` defines.
package final class AttentionLayer: Layer {
    package let name: String
    package let output: Panels
    package let outputGradient: Panels
    /// Heads, and what is kept of each on the way back.
    package let operations: AttentionOperations
    private let adds: (query: Bool, key: Bool, value: Bool)

    init(_ definition: Attention, site: LayerSite) {
        name = definition.name
        output = site.output
        outputGradient = site.outputGradient
        operations = AttentionOperations(
            heads: definition.heads, channels: site.output.channels, causal: definition.causal,
            samples: site.batchSize)
        adds = (site.inputs[0].addsGradient, site.inputs[1].addsGradient, site.inputs[2].addsGradient)
    }

    private func terms(_ inputs: LayerInputs) -> AttentionOperations.Terms {
        AttentionOperations.Terms(query: inputs[0], key: inputs[1], value: inputs[2])
    }

    package func forward(_ inputs: LayerInputs, panels: Range<Int>, part: Part, pass: Pass) {
        let terms = terms(inputs)
        pass.forEachSequence(panels) { operations.forward(terms, into: output, panel: $0, length: $1) }
    }

    package func backward(_ inputs: LayerInputs, panels: Range<Int>, part: Part, pass: Pass) {
        let terms = terms(inputs)
        pass.forEachSequence(panels) {
            operations.backward(
                outputGradient, terms, output: output, query: .init(inputs.gradient(0), adds: adds.query),
                key: .init(inputs.gradient(1), adds: adds.key), value: .init(inputs.gradient(2), adds: adds.value),
                panel: $0, length: $1)
        }
    }
}
