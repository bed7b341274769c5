public import SparseStore

/// y = 2 x
public struct Doubling: LayerDefinition {
    public let name: String

    public init(name: String) { self.name = name }

    public var needs: LayerNeeds { [] }
    public var isElementwise: Bool { true }

    public func makeLayer(at site: LayerSite) -> any Layer { DoublingLayer(name: name, site: site) }
}

/// The layer that `Doubling` defines.
public final class DoublingLayer: Layer {
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
        double(inputs[0], into: output, adding: false, panels, part)
    }

    public func backward(_ inputs: LayerInputs, panels: Range<Int>, part: Part, pass: Pass) {
        guard let inputGradient = inputs.gradient(0) else { return }
        double(outputGradient, into: inputGradient, adding: addsInputGradient, panels, part)
    }

    private func double(_ x: Panels, into y: Panels, adding: Bool, _ panels: Range<Int>, _ part: Part) {
        for sample in panels.lowerBound * Panels.lanes..<panels.upperBound * Panels.lanes {
            for channel in part.range(of: y.channels) {
                for row in 0..<y.rows {
                    for column in 0..<y.columns {
                        let before = adding ? y[sample, channel, row, column] : 0
                        y[sample, channel, row, column] = before + 2 * x[sample, channel, row, column]
                    }
                }
            }
        }
    }
}
