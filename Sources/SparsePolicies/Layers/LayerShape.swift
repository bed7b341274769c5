/// The shape of a layer's weights: outputs x inputs (linear), or outputs x inputs x kernel height x kernel width.
public struct LayerShape: Sendable, Equatable, Codable {
    /// Output channels, and input channels of each.
    public let outputs: Int
    /// Input channels of one output.
    public let inputs: Int
    /// 1 for a linear layer.
    public let kernelHeight: Int
    /// Columns of the kernel; 1 for a linear layer.
    public let kernelWidth: Int
    /// A 1 x 1 convolution is not a linear layer to the Erdos-Renyi-kernel rule.
    public let isConvolution: Bool
    /// How often each weight is used for one sample: 1 in a linear layer, output pixels in a convolution.
    public let uses: Int

    /// A linear layer.
    public init(outputs: Int, inputs: Int) {
        precondition(outputs > 0 && inputs > 0, "a layer needs at least one output and one input")
        self.outputs = outputs
        self.inputs = inputs
        kernelHeight = 1
        kernelWidth = 1
        isConvolution = false
        uses = 1
    }

    /// A convolution whose output map has `uses` pixels.
    public init(outputs: Int, inputs: Int, kernelHeight: Int, kernelWidth: Int, uses: Int = 1) {
        precondition(
            outputs > 0 && inputs > 0 && kernelHeight > 0 && kernelWidth > 0 && uses > 0,
            "every side of a convolution must be at least 1")
        self.outputs = outputs
        self.inputs = inputs
        self.kernelHeight = kernelHeight
        self.kernelWidth = kernelWidth
        isConvolution = true
        self.uses = uses
    }

    /// Inputs of one output: the columns of the weight matrix.
    public var fanIn: Int { inputs * kernelHeight * kernelWidth }
    /// Weights of the dense layer.
    public var count: Int { outputs * fanIn }
    /// Multiplications and additions of the dense layer's forward pass for one sample.
    public var forwardFlops: Double { 2 * Double(count) * Double(uses) }
}
