public import SparseStore
internal import Synchronization

/// y = the row of a table that belongs to the sample's token: a number for each of `width` channels. The table is stored dense, and
/// no method takes anything of it away; it begins with normal numbers. A `TiedLinear` may multiply by it.
public struct TokenEmbedding: LayerDefinition {
    public let name: String
    /// Numbers of a token.
    public let width: Int
    /// Standard deviation of what the table begins with.
    public let deviation: Double

    /// A table with a row of `width` numbers for each token of the vocabulary.
    public init(name: String, width: Int, deviation: Double = 0.02) {
        precondition(width > 0 && deviation >= 0, "a token has numbers")
        self.name = name
        self.width = width
        self.deviation = deviation
    }

    public var readsTokens: Bool { true }

    public func fault(for inputs: [ActivationShape]) -> String? {
        guard let vocabulary = inputs[0].vocabulary else { return "reads \(inputs[0]) numbers, but takes tokens" }
        return Table.fault(rows: vocabulary, width: width, deviation: deviation)
    }

    public func outputShape(for inputs: [ActivationShape]) -> ActivationShape { ActivationShape(channels: width) }
    public func vectorParameters(for inputs: [ActivationShape]) -> Int { (inputs[0].vocabulary ?? 0) * width }
    public func signals(for inputs: [ActivationShape]) -> [Signal] { [.all(input: 0)] }
    public var split: LayerSplit { .wholePanels }
    public var needs: LayerNeeds { .afterwards }

    public func makeLayer(at site: LayerSite) throws(StoreError) -> any Layer {
        try site.requireNoBorder()
        return TokenEmbeddingLayer(self, rows: site.inputs[0].shape.vocabulary ?? 1, site: site)
    }
}

/// What embeddings have in common.
enum Table {
    /// Why there is no table of so many rows; nil when there is.
    static func fault(rows: Int, width: Int, deviation: Double) -> String? {
        guard rows > 0, width > 0, width <= Int(Int32.max), rows <= Int(Int32.max) / width else {
            return "\(rows) rows of \(width) make no table"
        }
        return deviation >= 0 && deviation.isFinite ? nil : "\(deviation) is no deviation of values"
    }

    /// A table of normal numbers.
    static func drawn(rows: Int, width: Int, deviation: Double, site: LayerSite) -> ParameterVector {
        let table = ParameterVector(rows: rows, columns: width)
        if deviation > 0, let seed = site.seed {
            let field = InitialValues.tableField(deviation: deviation, seed: seed, layer: site.index)
            let values = table.values.elements
            for index in values.indices { values[index] = field.value(at: index) }
        }
        return table
    }
}

/// The layer that `TokenEmbedding` defines.
package final class TokenEmbeddingLayer: Layer {
    package let name: String
    package let output: Panels
    package let outputGradient: Panels
    package let parameters: [Parameter]
    /// Rows of the vocabulary.
    package let table: ParameterVector
    /// The same numbers as a matrix of tokens x channels.
    package let matrix: DenseMatrix
    /// Place of the layer that multiplies by the table, if there is one.
    private let head = Mutex<Int?>(nil)

    init(_ definition: TokenEmbedding, rows: Int, site: LayerSite) {
        name = definition.name
        output = site.output
        outputGradient = site.outputGradient
        table = Table.drawn(rows: rows, width: definition.width, deviation: definition.deviation, site: site)
        matrix = DenseMatrix(rows: rows, columns: definition.width, sharing: table.stored)
        parameters = [Parameter(name: name + ".weight", kind: .weight, storage: .vector(table))]
    }

    /// Lets the layer in this place multiply by the table, too. False when another does already.
    func tie(to layer: Int) -> Bool {
        head.withLock { head in
            defer { head = head ?? layer }
            return head == nil
        }
    }

    package func forward(_ inputs: LayerInputs, panels: Range<Int>, part: Part, pass: Pass) {
        EmbeddingOperations.gather(
            table.values, ids: inputs.tokens(0), from: panels.lowerBound * Panels.lanes, into: output, panels: panels)
    }

    package func backward(_ inputs: LayerInputs, panels: Range<Int>, part: Part, pass: Pass) {}

    /// The sum of what the head and what the tokens ask of each row, always in this order.
    package func parameterGradient(_ index: Int, inputs: LayerInputs, part: Part, pass: Pass) {
        let rows = matrix.rowRange(of: part)
        if let head = head.withLock({ $0 }) {
            matrix.weightGradient(
                input: inputs.chain.inputs(of: head)[0], outputGradient: inputs.chain.layers[head].outputGradient,
                panels: pass.panels, part: part)
        } else {
            table.gradient.elements[table.range(of: part)].update(repeating: 0)
        }
        EmbeddingOperations.scatterAdd(
            outputGradient, ids: inputs.tokens(0), from: 0, rows: rows, to: table.gradient, panels: pass.panels)
    }
}
