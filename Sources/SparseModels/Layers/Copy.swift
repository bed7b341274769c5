public import SparseStore

/// y = x, in maps of its own: stands between an output and a layer that cannot share it. Models add it where it is needed.
public struct Copy: LayerDefinition {
    public let name: String

    public init(name: String) { self.name = name }

    public var needs: LayerNeeds { [] }
    public var isElementwise: Bool { true }

    public func makeLayer(at site: LayerSite) -> any Layer { CopyLayer(name: name, site: site) }
}

/// The layer that `Copy` defines.
public final class CopyLayer: Layer {
    public let name: String
    public let output: Panels
    public let outputGradient: Panels
    private let addsInputGradient: Bool

    init(name: String, site: LayerSite) {
        self.name = name
        output = site.output
        outputGradient = site.outputGradient
        addsInputGradient = site.addsInputGradient
    }

    public func forward(_ input: Panels, panels: Range<Int>, part: Part, pass: Pass) {
        if input.buffer === output.buffer { return }
        MapOperations.sum(
            input, nil, into: output, relu: false, panels: panels, channels: part.range(of: output.channels))
    }

    public func backward(_ input: Panels, inputGradient: Panels?, panels: Range<Int>, part: Part, pass: Pass) {
        guard let inputGradient, inputGradient.buffer !== outputGradient.buffer else { return }
        MapOperations.sumBackward(
            outputGradient, output: nil, into: inputGradient, adding: addsInputGradient, panels: panels,
            channels: part.range(of: output.channels))
    }
}
