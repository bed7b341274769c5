public import SparseStore

/// y = x + the row of a table that belongs to the sample's place in its sequence, counted from 0. The table is stored dense; it begins
/// with normal numbers.
public struct PositionEmbedding: LayerDefinition {
    public let name: String
    /// Rows of the table: the most samples of a sequence.
    public let context: Int
    /// Standard deviation of what the table begins with.
    public let deviation: Double

    /// A table with a row for each of `context` places.
    public init(name: String, context: Int, deviation: Double = 0.02) {
        precondition(context > 0 && deviation >= 0, "a sequence has places")
        self.name = name
        self.context = context
        self.deviation = deviation
    }

    public func fault(for inputs: [ActivationShape]) -> String? {
        inputs[0].fault(of: "places")
            ?? (context <= 1 << 20
                ? Table.fault(rows: context, width: inputs[0].channels, deviation: deviation)
                : "sequences of \(context) are longer than \(1 << 20)")
    }

    public func vectorParameters(for inputs: [ActivationShape]) -> Int { context * inputs[0].channels }
    public var longestSequence: Int? { context }
    public var split: LayerSplit { .wholePanels }
    public var needs: LayerNeeds { .afterwards }
    public var isElementwise: Bool { true }

    public func makeLayer(at site: LayerSite) throws(StoreError) -> any Layer {
        try site.requireNoBorder()
        return PositionEmbeddingLayer(self, site: site)
    }
}

extension ActivationShape {
    /// Why a layer of vectors cannot read this shape; nil when it can.
    func fault(of what: String) -> String? {
        rows * columns == 1 ? nil : "has \(what) of vectors, but reads maps of \(self)"
    }
}

/// The layer that `PositionEmbedding` defines.
package final class PositionEmbeddingLayer: Layer {
    package let name: String
    package let output: Panels
    package let outputGradient: Panels
    package let parameters: [Parameter]
    /// Rows of the places.
    package let table: ParameterVector
    /// The places, lane by lane; past the last -1, for padding.
    private let places: AlignedBuffer<Int32>
    private let addsInputGradient: Bool

    init(_ definition: PositionEmbedding, site: LayerSite) {
        name = definition.name
        output = site.output
        outputGradient = site.outputGradient
        let context = definition.context
        table = Table.drawn(
            rows: context, width: site.output.channels, deviation: definition.deviation, site: site)
        places = AlignedBuffer(
            (0..<Panels.count(context) * Panels.lanes).map { $0 < context ? Int32($0) : -1 })
        addsInputGradient = site.inputs[0].addsGradient
        parameters = [Parameter(name: name + ".weight", kind: .weight, storage: .vector(table))]
    }

    /// Where in `places` a panel of the batch begins.
    private func place(of panel: Int, _ pass: Pass) -> Int { panel % pass.panelsPerSequence * Panels.lanes }

    package func forward(_ inputs: LayerInputs, panels: Range<Int>, part: Part, pass: Pass) {
        for panel in panels {
            EmbeddingOperations.gather(
                table.values, ids: places, from: place(of: panel, pass), addingTo: inputs[0], into: output,
                panels: panel..<panel + 1)
        }
    }

    package func backward(_ inputs: LayerInputs, panels: Range<Int>, part: Part, pass: Pass) {
        guard let inputGradient = inputs.gradient(0),
            addsInputGradient || inputGradient.buffer !== outputGradient.buffer
        else { return }
        MapOperations.sumBackward(
            outputGradient, output: nil, into: inputGradient, adding: addsInputGradient, panels: panels,
            channels: 0..<output.channels)
    }

    package func parameterGradient(_ index: Int, inputs: LayerInputs, part: Part, pass: Pass) {
        let own = table.range(of: part)
        table.gradient.elements[own].update(repeating: 0)
        let rows = own.lowerBound / output.channels..<own.upperBound / output.channels
        for panel in pass.panels {
            EmbeddingOperations.scatterAdd(
                outputGradient, ids: places, from: place(of: panel, pass), rows: rows, to: table.gradient,
                panels: panel..<panel + 1)
        }
    }
}
