package import SparseStore

/// y = a + b, the end of a residual block; with `relu` y = max(a + b, 0).
public struct Addition: LayerDefinition {
    public let name: String
    /// Whether negative sums become 0.
    public let relu: Bool

    /// Adds what it reads; with `relu`, not below 0.
    public init(name: String, relu: Bool = false) {
        self.name = name
        self.relu = relu
    }

    public func fused(with next: any LayerDefinition) -> (any LayerDefinition)? {
        relu || !(next is ReLU) ? nil : Addition(name: name, relu: true)
    }

    public var inputCount: Int { 2 }
    public func fault(for inputs: [ActivationShape]) -> String? {
        inputs[0] == inputs[1] ? nil : "has inputs of \(inputs[0]) and \(inputs[1]), which cannot be added"
    }

    public var needs: LayerNeeds { relu ? .output : [] }
    public var isElementwise: Bool { true }
    public var givesOneGradient: Bool { true }
    public var passesGradient: Bool { !relu }

    public func makeLayer(at site: LayerSite) -> any Layer { AdditionLayer(self, site: site) }
}

/// The layer that `Addition` defines.
package final class AdditionLayer: Layer {
    package let name: String
    package let output: Panels
    package let outputGradient: Panels
    private let relu: Bool
    private let sites: [InputSite]

    init(_ definition: Addition, site: LayerSite) {
        name = definition.name
        relu = definition.relu
        sites = site.inputs
        output = site.output
        outputGradient = site.outputGradient
    }

    package func forward(_ inputs: LayerInputs, panels: Range<Int>, part: Part, pass: Pass) {
        MapOperations.sum(
            inputs[0], inputs[1], into: output, relu: relu, panels: panels, channels: part.range(of: output.channels))
    }

    package func forSingleSamples() throws(StoreError) -> (any SampleLayer)? {
        SampleSum(count: output.channels * output.rows * output.columns, relu: relu)
    }

    package func backward(_ inputs: LayerInputs, panels: Range<Int>, part: Part, pass: Pass) {
        let (first, second) = (inputs.gradient(0), inputs.gradient(1))
        if !sites[0].leavesGradient { write(first, adding: sites[0].addsGradient, panels, part) }
        // Both inputs may have one gradient.
        let isWritten = first?.buffer === second?.buffer && !sites[1].addsGradient
        if !isWritten && !sites[1].leavesGradient { write(second, adding: sites[1].addsGradient, panels, part) }
    }

    /// Hands the gradient on, unless it is there already: a sum may leave it where it is.
    private func write(_ target: Panels?, adding: Bool, _ panels: Range<Int>, _ part: Part) {
        guard let target, adding || relu || target.buffer !== outputGradient.buffer else { return }
        MapOperations.sumBackward(
            outputGradient, output: relu ? output : nil, into: target, adding: adding, panels: panels,
            channels: part.range(of: output.channels))
    }
}
