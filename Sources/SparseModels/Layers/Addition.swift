public import SparseStore

/// y = a + b, the end of a residual block, where b is the output of another layer; with `relu` y = max(a + b, 0).
public struct Addition: LayerDefinition {
    public let name: String
    public let relu: Bool

    public init(name: String, relu: Bool = false) {
        self.name = name
        self.relu = relu
    }

    public func fused(with next: any LayerDefinition) -> (any LayerDefinition)? {
        relu || !(next is ReLU) ? nil : Addition(name: name, relu: true)
    }

    public func makeLayer(at site: LayerSite) -> any Layer {
        guard let branch = site.branch else { preconditionFailure("an addition has two inputs") }
        return AdditionLayer(self, branch, site: site)
    }
}

/// The layer that `Addition` defines.
public final class AdditionLayer: Layer {
    public let name: String
    public let output: Panels
    public let outputGradient: Panels
    private let relu: Bool
    private let branch: LayerBranch
    private let addsInputGradient: Bool

    init(_ definition: Addition, _ branch: LayerBranch, site: LayerSite) {
        name = definition.name
        relu = definition.relu
        self.branch = branch
        addsInputGradient = site.addsInputGradient
        output = Panels(site.input, halo: site.outputHalo, samples: site.batchSize)
        outputGradient = Panels(site.input, samples: site.batchSize)
    }

    public func forward(_ input: Panels, panels: Range<Int>, part: Part, pass: Pass) {
        MapOperations.sum(
            input, branch.output, into: output, relu: relu, panels: panels, channels: part.range(of: output.channels))
    }

    public func backward(_ input: Panels, inputGradient: Panels?, panels: Range<Int>, part: Part, pass: Pass) {
        for (target, adding) in [(inputGradient, addsInputGradient), (branch.gradient, branch.addsGradient)] {
            guard let target else { continue }
            MapOperations.sumBackward(
                outputGradient, output: relu ? output : nil, into: target, adding: adding, panels: panels,
                channels: part.range(of: output.channels))
        }
    }
}
