package import SparseStore

/// y = x times the probability of a standard normal number below x (Hendrycks, Gimpel, "Gaussian error linear units", 2016), exactly or
/// by that paper's approximation: x / 2 (1 + tanh(sqrt(2 / pi) (x + .044715 x^3))).
public struct GELU: LayerDefinition {
    public let name: String
    /// How it is computed.
    public let kind: Kind

    /// How it is computed.
    public enum Kind: String, Sendable, Codable {
        /// By the error function.
        case exact
        /// By the approximation.
        case tanh
    }

    /// x times a share of it.
    public init(name: String, kind: Kind = .exact) {
        self.name = name
        self.kind = kind
    }

    public var needs: LayerNeeds { .input }
    public var isElementwise: Bool { true }

    public func makeLayer(at site: LayerSite) -> any Layer {
        SmoothActivationLayer(name: name, kind == .exact ? .gelu : .tanhGELU, site: site)
    }
}

/// y = x / (1 + e^-x), also called swish (Elfwing, Uchibe, Doya, 2017).
public struct SiLU: LayerDefinition {
    public let name: String

    /// x times a share of it.
    public init(name: String) { self.name = name }

    public var needs: LayerNeeds { .input }
    public var isElementwise: Bool { true }

    public func makeLayer(at site: LayerSite) -> any Layer {
        SmoothActivationLayer(name: name, .silu, site: site)
    }
}

/// The layer that `GELU` and `SiLU` define.
package final class SmoothActivationLayer: Layer {
    package let name: String
    package let output: Panels
    package let outputGradient: Panels
    /// What is computed.
    package let activation: SmoothActivation
    private let addsInputGradient: Bool

    init(name: String, _ activation: SmoothActivation, site: LayerSite) {
        self.name = name
        self.activation = activation
        addsInputGradient = site.inputs[0].addsGradient
        output = site.output
        outputGradient = site.outputGradient
    }

    package func forward(_ inputs: LayerInputs, panels: Range<Int>, part: Part, pass: Pass) {
        ActivationOperations.apply(
            activation, inputs[0], into: output, panels: panels, channels: part.range(of: output.channels))
    }

    package func backward(_ inputs: LayerInputs, panels: Range<Int>, part: Part, pass: Pass) {
        guard let inputGradient = inputs.gradient(0) else { return }
        ActivationOperations.applyBackward(
            activation, outputGradient, input: inputs[0], into: inputGradient, adding: addsInputGradient,
            panels: panels, channels: part.range(of: output.channels))
    }
}
