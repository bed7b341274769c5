public import SparseStore

/// Convolution with sparse weights: y[o] = sum over input channels and kernel elements of W x, with PyTorch's meaning of
/// stride, padding, dilation and groups; with `bias` plus b, which starts at 0; with `relu` max(y, 0) in the same loop.
public struct Conv2D: LayerDefinition {
    public let name: String
    /// Output channels.
    public let outputs: Int
    /// Rows of the kernel.
    public let kernelRows: Int
    /// Columns of the kernel.
    public let kernelColumns: Int
    /// Pixels from one output to the next in the input, both ways.
    public let stride: Int
    /// Zeros around the input, in pixels on each side.
    public let padding: Int
    /// Pixels from one kernel element to the next in the input; 1 for a kernel without holes.
    public let dilation: Int
    /// Groups of channels that do not see each other; 1 for an ordinary convolution.
    public let groups: Int
    /// Whether each output channel has a number that is added.
    public let bias: Bool
    /// Whether negative outputs become 0.
    public let relu: Bool

    /// A kernel of `kernel` x `kernel`, or `kernel` x `kernelColumns`. Without `padding` it is that which keeps the rows of the
    /// map at stride 1 where `kernel` is odd, on all four sides.
    public init(
        name: String, outputs: Int, kernel: Int, kernelColumns: Int? = nil, stride: Int = 1, padding: Int? = nil,
        dilation: Int = 1, groups: Int = 1, bias: Bool = false, relu: Bool = false
    ) {
        precondition(
            outputs > 0 && kernel > 0 && kernelColumns ?? 1 > 0 && stride > 0 && dilation > 0 && groups > 0,
            "a convolution has positive extents")
        self.name = name
        self.outputs = outputs
        kernelRows = kernel
        self.kernelColumns = kernelColumns ?? kernel
        self.stride = stride
        self.padding = padding ?? dilation * (kernel - 1) / 2
        self.dilation = dilation
        self.groups = groups
        self.bias = bias
        self.relu = relu
    }

    public func fault(for inputs: [ActivationShape]) -> String? {
        let input = inputs[0]
        let extents = [kernelRows, kernelColumns, stride, dilation, groups]
        if !extents.allSatisfy({ (1...65_536).contains($0) }) || !(0...65_536).contains(padding)
            || !(1...Int(Int32.max)).contains(outputs)
        {
            return
                "\(outputs) outputs, a kernel of \(kernelRows) x \(kernelColumns), stride \(stride), padding \(padding), "
                + "dilation \(dilation) and \(groups) groups make no convolution"
        }
        if input.channels % groups != 0 || outputs % groups != 0 {
            return "\(groups) groups do not divide its \(input.channels) input and \(outputs) output channels"
        }
        let (rows, columns) = (dilation * (kernelRows - 1) + 1, dilation * (kernelColumns - 1) + 1)
        if rows > input.rows + 2 * padding || columns > input.columns + 2 * padding {
            return
                "a kernel over \(rows) x \(columns) pixels does not fit into maps of \(input.rows) x \(input.columns) "
                + "with a border of \(padding)"
        }
        return nil
    }

    public func vectorParameters(for inputs: [ActivationShape]) -> Int { bias ? outputs : 0 }
    public var inputHalo: Int { padding }
    public func gradientHalo(for inputs: [ActivationShape]) -> Int { geometry(for: inputs[0]).gradientHalo }
    public var needs: LayerNeeds {
        relu ? [.input, .output, .afterwards, .gradientOfItsOwn] : [.input, .afterwards]
    }

    public func outputShape(for inputs: [ActivationShape]) -> ActivationShape {
        let geometry = geometry(for: inputs[0])
        return ActivationShape(channels: outputs, rows: geometry.outputRows, columns: geometry.outputColumns)
    }

    public func weightShapes(for inputs: [ActivationShape]) -> [WeightShape] {
        [
            WeightShape(
                name: name, outputs: outputs, inputs: inputs[0].channels / groups, kernelRows: kernelRows,
                kernelColumns: kernelColumns, convolution: geometry(for: inputs[0]))
        ]
    }

    public func fused(with next: any LayerDefinition) -> (any LayerDefinition)? {
        relu || !(next is ReLU)
            ? nil
            : Conv2D(
                name: name, outputs: outputs, kernel: kernelRows, kernelColumns: kernelColumns, stride: stride,
                padding: padding, dilation: dilation, groups: groups, bias: bias, relu: true)
    }

    public func makeLayer(at site: LayerSite) throws(StoreError) -> any Layer {
        guard let weights = site.weights.first else { preconditionFailure("a convolution is made with its weights") }
        let geometry = geometry(for: site.inputs[0].shape)
        let stored = try geometry.store(
            weights, inputHalo: site.inputs[0].halo, gradientHalo: site.outputGradient.halo)
        return Conv2DLayer(self, stored, site: site)
    }

    private func geometry(for input: ActivationShape) -> ConvolutionGeometry {
        ConvolutionGeometry(
            inputChannels: input.channels, inputRows: input.rows, inputColumns: input.columns,
            outputChannels: outputs, kernelRows: kernelRows, kernelColumns: kernelColumns, stride: stride,
            padding: padding, dilation: dilation, groups: groups)
    }
}

/// The layer that `Conv2D` defines.
package final class Conv2DLayer: Layer {
    package let name: String
    package let output: Panels
    package let outputGradient: Panels
    package let parameters: [Parameter]
    package let hasFusedActivation: Bool
    /// The kernel: rows are output channels, columns input channel and kernel element.
    package let weights: any ConvolutionWeights
    /// What is added to each output channel; nil without bias.
    package let bias: ParameterVector?
    private let addsInputGradient: Bool
    private let hasInputGradient: Bool
    /// The gradient of the first layer's input is nobody's.
    package var joinsGradients: Bool { hasInputGradient && weights.joinsGradients }

    init(_ definition: Conv2D, _ weights: any ConvolutionWeights, site: LayerSite) {
        name = definition.name
        self.weights = weights
        hasFusedActivation = definition.relu
        addsInputGradient = site.inputs[0].addsGradient
        hasInputGradient = site.inputs[0].hasGradient
        output = site.output
        outputGradient = site.outputGradient
        bias = definition.bias ? ParameterVector(count: definition.outputs) : nil
        var parameters = [Parameter(name: name + ".weight", kind: .weight, storage: .matrix(weights))]
        if let bias { parameters.append(Parameter(name: name + ".bias", kind: .bias, storage: .vector(bias))) }
        self.parameters = parameters
    }

    package func forward(_ inputs: LayerInputs, panels: Range<Int>, part: Part, pass: Pass) {
        weights.forward(
            inputs[0], into: output, bias: bias?.values, relu: hasFusedActivation, panels: panels, part: part)
    }

    package func forSingleSamples() throws(StoreError) -> (any SampleLayer)? {
        let matrix = weights.forwardSet?.matrix ?? weights
        return SampleMaps(
            maps: try DirectConvolution(
                matrix, matrix.convolution ?? weights.geometry, bias: bias?.values.array, relu: hasFusedActivation))
    }

    package func activationBackward(panels: Range<Int>, part: Part) {
        guard hasFusedActivation else { return }
        MapOperations.sumBackward(
            outputGradient, output: output, into: outputGradient, adding: false, panels: panels,
            channels: part.range(of: output.channels))
    }

    package func backward(_ inputs: LayerInputs, panels: Range<Int>, part: Part, pass: Pass) {
        guard let inputGradient = inputs.gradient(0) else { return }
        if joinsGradients {
            weights.gradients(
                input: inputs[0], outputGradient: outputGradient, into: inputGradient, adding: addsInputGradient,
                panels: panels, part: part)
        } else {
            weights.inputGradient(
                outputGradient, into: inputGradient, adding: addsInputGradient, panels: panels, part: part)
        }
    }

    package func parameterGradient(_ index: Int, inputs: LayerInputs, part: Part, pass: Pass) {
        if index == 0 {
            weights.weightGradient(input: inputs[0], outputGradient: outputGradient, panels: pass.panels, part: part)
        } else if let bias {
            // The border of the gradient is zero, so that it may be summed along.
            VectorOperations.channelSums(
                of: outputGradient, panels: pass.panels, channels: parameters[index].range(of: part),
                into: bias.gradient)
        }
    }
}
