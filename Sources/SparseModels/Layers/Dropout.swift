package import SparseStore

/// In training y = x / (1 - rate) with probability 1 - rate and 0 otherwise; in evaluation y = x (Srivastava, Hinton,
/// Krizhevsky, Sutskever, Salakhutdinov, "Dropout", JMLR 2014). Whether an element is kept is a function of seed, layer,
/// step, sample and channel alone.
public struct Dropout: LayerDefinition {
    public let name: String
    /// Probability of zero, in 0 ..< 1.
    public let rate: Float

    /// Sets a share `rate` of the numbers to 0 in training, and scales the others by 1 / (1 - rate).
    public init(name: String, rate: Float) {
        precondition(rate >= 0 && rate < 1, "a dropout rate is at least 0 and less than 1")
        self.name = name
        self.rate = rate
    }

    public func fault(for inputs: [ActivationShape]) -> String? {
        rate >= 0 && rate < 1 ? nil : "\(rate) is no rate of dropout"
    }

    public var needs: LayerNeeds { .gradientOfItsOwn }
    public var isElementwise: Bool { true }

    public func makeLayer(at site: LayerSite) -> any Layer { DropoutLayer(name: name, rate: rate, site: site) }
}

/// The layer that `Dropout` defines. The mask is drawn again on the way back rather than stored.
package final class DropoutLayer: Layer {
    package let name: String
    package let output: Panels
    package let outputGradient: Panels
    private let rate: Float
    private let index: Int
    private let addsInputGradient: Bool

    init(name: String, rate: Float, site: LayerSite) {
        self.name = name
        self.rate = rate
        index = site.index
        addsInputGradient = site.inputs[0].addsGradient
        output = site.output
        outputGradient = site.outputGradient
    }

    package func forward(_ inputs: LayerInputs, panels: Range<Int>, part: Part, pass: Pass) {
        apply(to: inputs[0], into: output, panels: panels, part: part, pass: pass)
    }

    package func forSingleSamples() throws(StoreError) -> (any SampleLayer)? {
        SampleIdentity()
    }

    package func backward(_ inputs: LayerInputs, panels: Range<Int>, part: Part, pass: Pass) {
        guard let inputGradient = inputs.gradient(0) else { return }
        let target = addsInputGradient ? outputGradient : inputGradient
        apply(to: outputGradient, into: target, panels: panels, part: part, pass: pass)
        if addsInputGradient {
            MapOperations.sumBackward(
                outputGradient, output: nil, into: inputGradient, adding: true, panels: panels,
                channels: part.range(of: output.channels))
        }
    }

    private func apply(to x: Panels, into y: Panels, panels: Range<Int>, part: Part, pass: Pass) {
        let channels = part.range(of: output.channels)
        if pass.training {
            let random = CounterRandom(seed: pass.seed, purpose: .dropout, layer: index, step: pass.step)
            ActivationOperations.dropout(x, into: y, rate: rate, random: random, panels: panels, channels: channels)
        } else {
            MapOperations.sum(x, nil, into: y, relu: false, panels: panels, channels: channels)
        }
    }
}
