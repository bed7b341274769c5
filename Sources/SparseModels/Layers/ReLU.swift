public import SparseStore

/// y = max(x, 0)
public struct ReLU: LayerDefinition {
    public let name: String

    public init(name: String) { self.name = name }

    public var needs: LayerNeeds { .output }
    public var isElementwise: Bool { true }

    public func makeLayer(at site: LayerSite) -> any Layer { ReLULayer(name: name, site: site) }
}

/// The layer that `ReLU` defines, where it is not fused into the layer before.
public final class ReLULayer: Layer {
    public let name: String
    public let output: Panels
    public let outputGradient: Panels
    private let addsInputGradient: Bool

    init(name: String, site: LayerSite) {
        self.name = name
        addsInputGradient = site.inputs[0].addsGradient
        output = site.output
        outputGradient = site.outputGradient
    }

    public func forward(_ inputs: LayerInputs, panels: Range<Int>, part: Part, pass: Pass) {
        MapOperations.sum(
            inputs[0], nil, into: output, relu: true, panels: panels, channels: part.range(of: output.channels))
    }

    public func forSingleSamples() throws(StoreError) -> (any SampleLayer)? {
        SampleAffine(identity: output.channels, relu: true)
    }

    public func backward(_ inputs: LayerInputs, panels: Range<Int>, part: Part, pass: Pass) {
        guard let inputGradient = inputs.gradient(0) else { return }
        MapOperations.sumBackward(
            outputGradient, output: output, into: inputGradient, adding: addsInputGradient, panels: panels,
            channels: part.range(of: output.channels))
    }
}
