public import SparseStore

/// y = E x, where E is the table of a `TokenEmbedding` before it: a number for each token of its vocabulary, without a bias (Press, Wolf,
/// "Using the output embedding to improve language models", EACL 2017). The embedding has the one parameter that both train.
public struct TiedLinear: LayerDefinition {
    public let name: String
    /// Name of the embedding.
    public let embedding: String
    /// Tokens of its vocabulary.
    public let outputs: Int

    /// Multiplies by the table of the embedding called so, which has `outputs` tokens.
    public init(name: String, embedding: String, outputs: Int) {
        precondition(outputs > 0, "a layer has outputs")
        self.name = name
        self.embedding = embedding
        self.outputs = outputs
    }

    public func fault(for inputs: [ActivationShape]) -> String? {
        inputs[0].fault(of: "products")
            ?? Table.fault(rows: outputs, width: inputs[0].channels, deviation: 0)
    }

    public func outputShape(for inputs: [ActivationShape]) -> ActivationShape { ActivationShape(channels: outputs) }
    public func signals(for inputs: [ActivationShape]) -> [Signal] { [.all(input: 0)] }
    public var sharesInput: Bool { false }
    public var needs: LayerNeeds { .afterwards }

    public func otherFLOPs(for inputs: [ActivationShape], sequenceLength: Int) -> Double {
        2 * Double(outputs) * Double(inputs[0].channels)
    }

    public func makeLayer(at site: LayerSite) throws(StoreError) -> any Layer {
        try site.requireNoBorder()
        guard let owner = site.layersBefore.first(where: { $0.name == embedding }) as? TokenEmbeddingLayer else {
            throw .invalidStructure("it multiplies by the table of '\(embedding)', which is no embedding before it")
        }
        guard owner.matrix.rows == outputs, owner.matrix.columns == site.inputs[0].shape.channels else {
            throw .invalidStructure(
                "it multiplies by a table of \(outputs) x \(site.inputs[0].shape.channels), but that of '\(embedding)' has "
                    + "\(owner.matrix.rows) x \(owner.matrix.columns)")
        }
        guard owner.tie(to: site.index) else {
            throw .invalidStructure("another layer multiplies by the table of '\(embedding)' already")
        }
        return TiedLinearLayer(name: name, embedding: owner, site: site)
    }
}

/// The layer that `TiedLinear` defines. The embedding adds up the gradient of both.
package final class TiedLinearLayer: Layer {
    package let name: String
    package let output: Panels
    package let outputGradient: Panels
    /// Whose table it is.
    package let embedding: TokenEmbeddingLayer

    init(name: String, embedding: TokenEmbeddingLayer, site: LayerSite) {
        self.name = name
        self.embedding = embedding
        output = site.output
        outputGradient = site.outputGradient
    }

    package func forward(_ inputs: LayerInputs, panels: Range<Int>, part: Part, pass: Pass) {
        embedding.matrix.forward(inputs[0], into: output, bias: nil, relu: false, panels: panels, part: part)
    }

    package func backward(_ inputs: LayerInputs, panels: Range<Int>, part: Part, pass: Pass) {
        guard let inputGradient = inputs.gradient(0) else { return }
        embedding.matrix.inputGradient(outputGradient, into: inputGradient, panels: panels, part: part)
    }
}
