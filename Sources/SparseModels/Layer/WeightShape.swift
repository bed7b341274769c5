public import SparseStore

/// What is known of a weight matrix before it exists: enough to choose a density and positions.
public struct WeightShape: Sendable, Equatable {
    /// The layer's name, such as "fc1"; that of the matrix, such as "attention.query", in a layer of several.
    public var name: String
    /// Which of the layer's inputs the matrix multiplies.
    public var input: Int
    /// Output channels, and input channels of one output (those of its group in a convolution of groups).
    public var outputs: Int
    /// Input channels of one output.
    public var inputs: Int
    /// Extent of a convolution's kernel; 1 x 1 for a linear layer.
    public var kernelRows: Int
    /// Columns of the kernel.
    public var kernelColumns: Int
    /// How a convolution reads its input; nil for a linear layer.
    public var convolution: ConvolutionGeometry?
    /// Standard deviation of the values that the dense layer begins with, where the model says so (`InitialValues`).
    public var deviation: Double?

    /// Shape of a layer's weights: of a linear layer without the kernel, of a convolution with it.
    public init(
        name: String, outputs: Int, inputs: Int, kernelRows: Int = 1, kernelColumns: Int = 1,
        convolution: ConvolutionGeometry? = nil, input: Int = 0, deviation: Double? = nil
    ) {
        self.name = name
        self.input = input
        self.outputs = outputs
        self.inputs = inputs
        self.kernelRows = kernelRows
        self.kernelColumns = kernelColumns
        self.convolution = convolution
        self.deviation = deviation
    }

    /// Rows and columns of the weight matrix: outputs x (inputs * kernel elements).
    public var rows: Int { outputs }
    /// Columns of the weight matrix: weights of one output, were it dense.
    public var columns: Int { inputs * kernelRows * kernelColumns }
    /// Elements of a convolution's kernel; nil for a linear layer.
    package var kernelElements: Int? { convolution.map { _ in kernelRows * kernelColumns } }
    /// How often each weight is used for one sample: the pixels of a convolution's output.
    public var uses: Int { convolution.map { $0.outputRows * $0.outputColumns } ?? 1 }
    /// Multiplications and additions of the dense layer's forward pass for one sample.
    public var forwardFLOPs: Double { 2 * Double(positionCount) * Double(uses) }
    /// Weights of the dense layer.
    public var positionCount: Int { rows * columns }
}
