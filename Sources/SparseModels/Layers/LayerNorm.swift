public import SparseStore

/// y = gamma * (x - mean) / sqrt(variance + epsilon) + beta, with mean and biased variance over the channels of each sample (Ba, Kiros,
/// Hinton, "Layer normalization", 2016). gamma starts at 1, beta at 0.
public struct LayerNorm: LayerDefinition {
    public let name: String
    /// Added to the variance before its root is taken.
    public let epsilon: Float

    /// Normalises each sample by its own channels.
    public init(name: String, epsilon: Float = 1e-5) {
        precondition(epsilon > 0)
        self.name = name
        self.epsilon = epsilon
    }

    public func fault(for inputs: [ActivationShape]) -> String? { SampleNorm.fault(inputs[0], epsilon) }
    public func vectorParameters(for inputs: [ActivationShape]) -> Int { 2 * inputs[0].channels }
    public var split: LayerSplit { .wholePanels }
    public var needs: LayerNeeds { .input }
    // A panel's sums are taken before the first of its elements is written, each then at its own place.
    public var isElementwise: Bool { true }
    public var takesAddend: Bool { true }

    public func makeLayer(at site: LayerSite) throws(StoreError) -> any Layer {
        try SampleNormLayer(name: name, centered: true, epsilon: epsilon, site: site)
    }
}

/// y = gamma * x / sqrt(mean of x^2 + epsilon), with the mean over the channels of each sample (Zhang, Sennrich, "Root mean square layer
/// normalization", NeurIPS 2019). gamma starts at 1.
public struct RMSNorm: LayerDefinition {
    public let name: String
    /// Added to the mean of squares before its root is taken.
    public let epsilon: Float

    /// Normalises each sample by its own channels, without a mean.
    public init(name: String, epsilon: Float = 1e-5) {
        precondition(epsilon > 0)
        self.name = name
        self.epsilon = epsilon
    }

    public func fault(for inputs: [ActivationShape]) -> String? { SampleNorm.fault(inputs[0], epsilon) }
    public func vectorParameters(for inputs: [ActivationShape]) -> Int { inputs[0].channels }
    public var split: LayerSplit { .wholePanels }
    public var needs: LayerNeeds { .input }
    public var isElementwise: Bool { true }
    public var takesAddend: Bool { true }

    public func makeLayer(at site: LayerSite) throws(StoreError) -> any Layer {
        try SampleNormLayer(name: name, centered: false, epsilon: epsilon, site: site)
    }
}

/// What both have in common.
enum SampleNorm {
    static func fault(_ input: ActivationShape, _ epsilon: Float) -> String? {
        input.fault(of: "a normalisation")
            ?? (epsilon > 0 && epsilon.isFinite ? nil : "epsilon \(epsilon) makes no normalisation")
    }
}

/// The layer that `LayerNorm` and `RMSNorm` define.
package final class SampleNormLayer: Layer {
    package let name: String
    package let output: Panels
    package let outputGradient: Panels
    package let parameters: [Parameter]
    /// Factor of each channel, and what is added to each if anything is.
    package let gamma: ParameterVector
    package let beta: ParameterVector?
    /// Added to the variance.
    package let epsilon: Float
    /// Whether the mean is taken off.
    package let centered: Bool
    private let operations: LayerNormOperations
    private let addsInputGradient: Bool
    /// What is added to, if not what is there.
    private let addend: Panels?

    init(name: String, centered: Bool, epsilon: Float, site: LayerSite) throws(StoreError) {
        try site.requireNoBorder()
        self.name = name
        (self.epsilon, self.centered) = (epsilon, centered)
        output = site.output
        outputGradient = site.outputGradient
        let gamma = ParameterVector(count: site.output.channels, initially: 1)
        let beta = centered ? ParameterVector(count: site.output.channels) : nil
        operations = LayerNormOperations(
            centered: centered, epsilon: epsilon, gamma: gamma.values, beta: beta?.values, samples: site.batchSize)
        addsInputGradient = site.inputs[0].addsGradient
        addend = site.inputs[0].addend
        var parameters = [Parameter(name: name + ".weight", kind: .normalization, storage: .vector(gamma))]
        if let beta {
            parameters.append(Parameter(name: name + ".bias", kind: .normalization, storage: .vector(beta)))
        }
        (self.gamma, self.beta, self.parameters) = (gamma, beta, parameters)
    }

    package func forward(_ inputs: LayerInputs, panels: Range<Int>, part: Part, pass: Pass) {
        operations.forward(inputs[0], into: output, panels: panels)
    }

    package func backward(_ inputs: LayerInputs, panels: Range<Int>, part: Part, pass: Pass) {
        let inputGradient = inputs.gradient(0)
        operations.backward(
            outputGradient, input: inputs[0], into: inputGradient,
            addingTo: addsInputGradient ? addend ?? inputGradient : nil, panels: panels)
    }

    package func parameterGradient(_ index: Int, inputs: LayerInputs, part: Part, pass: Pass) {
        let channels = parameters[index].range(of: part)
        if index == 0 {
            operations.gammaGradient(panels: pass.panels, channels: channels, into: gamma.gradient)
        } else if let beta {
            operations.betaGradient(panels: pass.panels, channels: channels, into: beta.gradient)
        }
    }
}
