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

    public var inputCount: Int { 2 }
    public var needs: LayerNeeds { relu ? .output : [] }
    public var isElementwise: Bool { true }
    public var givesOneGradient: Bool { true }
    public var passesGradient: Bool { !relu }

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
    private let leavesInputGradient: Bool

    init(_ definition: Addition, _ branch: LayerBranch, site: LayerSite) {
        name = definition.name
        relu = definition.relu
        self.branch = branch
        addsInputGradient = site.addsInputGradient
        leavesInputGradient = site.leavesInputGradient
        output = site.output
        outputGradient = site.outputGradient
    }

    public func forward(_ input: Panels, panels: Range<Int>, part: Part, pass: Pass) {
        MapOperations.sum(
            input, branch.output, into: output, relu: relu, panels: panels, channels: part.range(of: output.channels))
    }

    public func backward(_ input: Panels, inputGradient: Panels?, panels: Range<Int>, part: Part, pass: Pass) {
        if !leavesInputGradient { write(inputGradient, adding: addsInputGradient, panels, part) }
        // Both inputs may have one gradient.
        let isWritten = branch.gradient.buffer === inputGradient?.buffer && !branch.addsGradient
        if !isWritten && !branch.leavesGradient { write(branch.gradient, adding: branch.addsGradient, panels, part) }
    }

    /// Hands the gradient on, unless it is there already: a sum may leave it where it is.
    private func write(_ target: Panels?, adding: Bool, _ panels: Range<Int>, _ part: Part) {
        guard let target, adding || relu || target.buffer !== outputGradient.buffer else { return }
        MapOperations.sumBackward(
            outputGradient, output: relu ? output : nil, into: target, adding: adding, panels: panels,
            channels: part.range(of: output.channels))
    }
}
