package import SparseStore

/// y = x, with a gradient of its own, and in maps of its own where those of x have a border: stands between an output and a layer that
/// cannot share it. Models add it where it is needed.
public struct Copy: LayerDefinition {
    public let name: String

    /// Gives what it reads.
    public init(name: String) { self.name = name }

    public var needs: LayerNeeds { [] }
    public var isElementwise: Bool { true }
    public var givesInput: Bool { true }

    public func makeLayer(at site: LayerSite) -> any Layer { CopyLayer(name: name, site: site) }
}

/// The layer that `Copy` defines.
package final class CopyLayer: Layer {
    package let name: String
    package let output: Panels
    package let outputGradient: Panels
    private let addsInputGradient: Bool

    init(name: String, site: LayerSite) {
        self.name = name
        output = site.output
        outputGradient = site.outputGradient
        addsInputGradient = site.inputs[0].addsGradient
    }

    package func forward(_ inputs: LayerInputs, panels: Range<Int>, part: Part, pass: Pass) {
        if inputs[0].buffer === output.buffer { return }
        MapOperations.sum(
            inputs[0], nil, into: output, relu: false, panels: panels, channels: part.range(of: output.channels))
    }

    package func forSingleSamples() throws(StoreError) -> (any SampleLayer)? {
        SampleIdentity()
    }

    package func backward(_ inputs: LayerInputs, panels: Range<Int>, part: Part, pass: Pass) {
        guard let inputGradient = inputs.gradient(0), inputGradient.buffer !== outputGradient.buffer else { return }
        MapOperations.sumBackward(
            outputGradient, output: nil, into: inputGradient, adding: addsInputGradient, panels: panels,
            channels: part.range(of: output.channels))
    }
}
