/// What is known of a layer's weights before they exist: enough to choose a density and positions.
public struct WeightShape: Sendable, Equatable {
    /// The layer's name, such as "fc1".
    public var name: String
    /// Output and input channels.
    public var outputs: Int
    public var inputs: Int
    /// Extent of a convolution's kernel; 1 x 1 for a linear layer.
    public var kernelRows: Int
    public var kernelColumns: Int

    public init(name: String, outputs: Int, inputs: Int, kernelRows: Int = 1, kernelColumns: Int = 1) {
        self.name = name
        self.outputs = outputs
        self.inputs = inputs
        self.kernelRows = kernelRows
        self.kernelColumns = kernelColumns
    }

    /// Rows and columns of the weight matrix: outputs x (inputs * kernel elements).
    public var rows: Int { outputs }
    public var columns: Int { inputs * kernelRows * kernelColumns }
    /// Weights of the dense layer.
    public var positionCount: Int { rows * columns }
}
