package import SparseStore

/// y = max(x, 0)
public struct ReLU: LayerDefinition {
    public let name: String

    /// max(x, 0).
    public init(name: String) { self.name = name }

    public var needs: LayerNeeds { .output }
    public var isElementwise: Bool { true }

    public func makeLayer(at site: LayerSite) -> any Layer { ReLULayer(name: name, site: site) }
}

/// The layer that `ReLU` defines, where it is not fused into the layer before.
package final class ReLULayer: Layer {
    package let name: String
    package let output: Panels
    package let outputGradient: Panels
    private let addsInputGradient: Bool

    init(name: String, site: LayerSite) {
        self.name = name
        addsInputGradient = site.inputs[0].addsGradient
        output = site.output
        outputGradient = site.outputGradient
    }

    package func forward(_ inputs: LayerInputs, panels: Range<Int>, part: Part, pass: Pass) {
        MapOperations.sum(
            inputs[0], nil, into: output, relu: true, panels: panels, channels: part.range(of: output.channels))
    }

    package func forSingleSamples() throws(StoreError) -> (any SampleLayer)? {
        SampleAffine(relu: output.channels * output.rows * output.columns)
    }

    package func backward(_ inputs: LayerInputs, panels: Range<Int>, part: Part, pass: Pass) {
        guard let inputGradient = inputs.gradient(0) else { return }
        MapOperations.sumBackward(
            outputGradient, output: output, into: inputGradient, adding: addsInputGradient, panels: panels,
            channels: part.range(of: output.channels))
    }
}
