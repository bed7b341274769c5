package import SparseStore

/// y = W x + b, with sparse or dense W; with `relu`, y = max(W x + b, 0) in the same loop. b starts at 0.
public struct Linear: LayerDefinition {
    public let name: String
    /// Length of the output.
    public let outputs: Int
    /// Whether negative outputs become 0.
    public let relu: Bool

    /// A layer of `outputs` sums of weighted inputs with a bias; with `relu`, not below 0.
    public init(name: String, outputs: Int, relu: Bool = false) {
        precondition(outputs > 0, "a layer has outputs")
        self.name = name
        self.outputs = outputs
        self.relu = relu
    }

    public func fault(for inputs: [ActivationShape]) -> String? {
        outputs > 0 && outputs <= Int(Int32.max) ? nil : "\(outputs) outputs make no layer"
    }

    public func outputShape(for inputs: [ActivationShape]) -> ActivationShape { ActivationShape(channels: outputs) }

    public func weightShapes(for inputs: [ActivationShape]) -> [WeightShape] {
        [WeightShape(name: name, outputs: outputs, inputs: inputs[0].elements)]
    }

    public func fused(with next: any LayerDefinition) -> (any LayerDefinition)? {
        relu || !(next is ReLU) ? nil : Linear(name: name, outputs: outputs, relu: true)
    }

    public func vectorParameters(for inputs: [ActivationShape]) -> Int { outputs }
    public var sharesInput: Bool { false }
    public var needs: LayerNeeds { relu ? [.output, .afterwards, .gradientOfItsOwn] : .afterwards }

    public func makeLayer(at site: LayerSite) -> any Layer {
        guard let weights = site.weights.first else { preconditionFailure("a linear layer is made with its weights") }
        return LinearLayer(name: name, weights: weights, relu: relu, site: site)
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
    /// b, a number for each output.
    package let bias: ParameterVector
    private let hasInputGradient: Bool
    /// The gradient of the first layer's input is nobody's.
    package var joinsGradients: Bool { hasInputGradient && weights.joinsGradients }

    init(name: String, weights: any SparseMatrix, relu: Bool, site: LayerSite) {
        self.name = name
        self.weights = weights
        hasFusedActivation = relu
        output = site.output
        outputGradient = site.outputGradient
        hasInputGradient = site.inputs[0].hasGradient
        bias = ParameterVector(count: weights.rows)
        parameters = [
            Parameter(name: name + ".weight", kind: .weight, storage: .matrix(weights)),
            Parameter(name: name + ".bias", kind: .bias, storage: .vector(bias)),
        ]
    }

    package func forward(_ inputs: LayerInputs, panels: Range<Int>, part: Part, pass: Pass) {
        weights.forward(
            inputs[0], into: output, bias: bias.values, relu: hasFusedActivation, panels: panels, part: part)
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
        } else {
            VectorOperations.channelSums(
                of: outputGradient, panels: pass.panels, channels: parameters[index].range(of: part),
                into: bias.gradient)
        }
    }
}
