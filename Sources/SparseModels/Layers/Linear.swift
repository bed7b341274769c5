package import SparseStore

/// y = W x + b, with sparse or dense W; with `relu`, y = max(W x + b, 0) in the same loop. b starts at 0; without `bias` there is
/// none.
public struct Linear: LayerDefinition {
    public let name: String
    /// Length of the output.
    public let outputs: Int
    /// Whether negative outputs become 0.
    public let relu: Bool
    /// Whether each output has a number that is added.
    public let bias: Bool
    /// Standard deviation of the values that W, were it dense, begins with; nil: as `InitialValues` has it for all layers.
    public let deviation: Double?

    /// A layer of `outputs` sums of weighted inputs with a bias; with `relu`, not below 0.
    public init(name: String, outputs: Int, relu: Bool = false, bias: Bool = true, deviation: Double? = nil) {
        precondition(outputs > 0, "a layer has outputs")
        precondition(deviation.map { $0 > 0 } ?? true, "a deviation is above 0")
        self.name = name
        self.outputs = outputs
        self.relu = relu
        self.bias = bias
        self.deviation = deviation
    }

    private enum CodingKeys: String, CodingKey { case name, outputs, relu, bias, deviation }

    /// What files of earlier releases lack is as it was then.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        name = try values.decode(String.self, forKey: .name)
        outputs = try values.decode(Int.self, forKey: .outputs)
        relu = try values.decode(Bool.self, forKey: .relu)
        bias = try values.decodeIfPresent(Bool.self, forKey: .bias) ?? true
        deviation = try values.decodeIfPresent(Double.self, forKey: .deviation)
    }

    /// Nothing is written of what earlier releases do not know, where it is as they take it to be.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(name, forKey: .name)
        try values.encode(outputs, forKey: .outputs)
        try values.encode(relu, forKey: .relu)
        if !bias { try values.encode(bias, forKey: .bias) }
        try values.encodeIfPresent(deviation, forKey: .deviation)
    }

    public func fault(for inputs: [ActivationShape]) -> String? {
        if let deviation, !(deviation > 0 && deviation.isFinite) { return "\(deviation) is no deviation of values" }
        return outputs > 0 && outputs <= Int(Int32.max) ? nil : "\(outputs) outputs make no layer"
    }

    public func outputShape(for inputs: [ActivationShape]) -> ActivationShape { ActivationShape(channels: outputs) }

    public func weightShapes(for inputs: [ActivationShape]) -> [WeightShape] {
        [WeightShape(name: name, outputs: outputs, inputs: inputs[0].elements, deviation: deviation)]
    }

    public func fused(with next: any LayerDefinition) -> (any LayerDefinition)? {
        relu || !(next is ReLU)
            ? nil : Linear(name: name, outputs: outputs, relu: true, bias: bias, deviation: deviation)
    }

    public func vectorParameters(for inputs: [ActivationShape]) -> Int { bias ? outputs : 0 }
    public var sharesInput: Bool { false }
    public var needs: LayerNeeds { relu ? [.output, .afterwards, .gradientOfItsOwn] : .afterwards }

    public func makeLayer(at site: LayerSite) -> any Layer {
        guard let weights = site.weights.first else { preconditionFailure("a linear layer is made with its weights") }
        return LinearLayer(self, weights: weights, site: site)
    }
}

/// The layer that `Linear` defines.
package final class LinearLayer: Layer {
    package let name: String
    package let output: Panels
    package let outputGradient: Panels
    package let parameters: [Parameter]
    package let hasFusedActivation: Bool
    /// W, outputs x inputs.
    package let weights: any SparseMatrix
    /// b, a number for each output, if there is one.
    package let bias: ParameterVector?
    private let hasInputGradient: Bool
    /// The gradient of the first layer's input is nobody's.
    package var joinsGradients: Bool { hasInputGradient && weights.joinsGradients }

    init(_ definition: Linear, weights: any SparseMatrix, site: LayerSite) {
        name = definition.name
        self.weights = weights
        hasFusedActivation = definition.relu
        output = site.output
        outputGradient = site.outputGradient
        hasInputGradient = site.inputs[0].hasGradient
        bias = definition.bias ? ParameterVector(count: weights.rows) : nil
        var parameters = [Parameter(name: name + ".weight", kind: .weight, storage: .matrix(weights))]
        if let bias { parameters.append(Parameter(name: name + ".bias", kind: .bias, storage: .vector(bias))) }
        self.parameters = parameters
    }

    package func forward(_ inputs: LayerInputs, panels: Range<Int>, part: Part, pass: Pass) {
        weights.forward(
            inputs[0], into: output, bias: bias?.values, relu: hasFusedActivation, panels: panels, part: part)
    }

    package func forSingleSamples() throws(StoreError) -> (any SampleLayer)? {
        try SampleProduct(weights, bias: bias, relu: hasFusedActivation)
    }

    package func activationBackward(panels: Range<Int>, part: Part) {
        guard hasFusedActivation else { return }
        ActivationOperations.reluBackward(
            outputGradient, output: output, into: outputGradient, panels: panels,
            channels: part.range(of: output.channels))
    }

    package func backward(_ inputs: LayerInputs, panels: Range<Int>, part: Part, pass: Pass) {
        guard let inputGradient = inputs.gradient(0) else { return }
        if joinsGradients {
            weights.gradients(
                input: inputs[0], outputGradient: outputGradient, into: inputGradient, panels: panels, part: part)
            return
        }
        weights.inputGradient(outputGradient, into: inputGradient, panels: panels, part: part)
    }

    package func parameterGradient(_ index: Int, inputs: LayerInputs, part: Part, pass: Pass) {
        if index == 0 {
            weights.weightGradient(input: inputs[0], outputGradient: outputGradient, panels: pass.panels, part: part)
        } else if let bias {
            VectorOperations.channelSums(
                of: outputGradient, panels: pass.panels, channels: parameters[index].range(of: part),
                into: bias.gradient)
        }
    }
}
