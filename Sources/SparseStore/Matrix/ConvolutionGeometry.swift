/// Shape of a two-dimensional convolution. Its weights form a matrix of `outputChannels` rows x (inputs of a group *
/// kernelRows * kernelColumns) columns, in PyTorch's order; the row's group says which input channels the columns mean.
public struct ConvolutionGeometry: Sendable, Equatable {
    /// Input channels of all groups.
    public let inputChannels: Int
    /// Extent of the input maps, without border.
    public let inputRows: Int
    /// Columns of the input maps, without border.
    public let inputColumns: Int
    /// Output channels of all groups.
    public let outputChannels: Int
    /// Extent of the kernel.
    public let kernelRows: Int
    /// Columns of the kernel.
    public let kernelColumns: Int
    /// Input pixels from one output pixel to the next.
    public let stride: Int
    /// Width of the border of zeros.
    public let padding: Int
    /// Input pixels from one kernel element to the next.
    public let dilation: Int
    /// Groups of channels that know nothing of each other; as many as input channels in a depthwise convolution.
    public let groups: Int

    /// What the columns of the weight matrix mean.
    public enum ColumnOrder: Sendable {
        /// Input channel, then kernel row, then kernel column: PyTorch's order.
        case channelFirst
        /// Kernel row, then kernel column, then input channel: the channels of a block are neighbours.
        case elementFirst
    }

    /// The order in which the matrix has its columns.
    public var columnOrder = ColumnOrder.channelFirst

    /// A convolution over maps of the extent given; groups divide both numbers of channels.
    public init(
        inputChannels: Int, inputRows: Int, inputColumns: Int, outputChannels: Int, kernelRows: Int,
        kernelColumns: Int, stride: Int = 1, padding: Int = 0, dilation: Int = 1, groups: Int = 1
    ) {
        precondition(
            inputChannels > 0 && inputRows > 0 && inputColumns > 0 && outputChannels > 0 && kernelRows > 0
                && kernelColumns > 0 && stride > 0 && padding >= 0 && dilation > 0 && groups > 0,
            "a convolution has positive extents")
        precondition(inputChannels % groups == 0 && outputChannels % groups == 0, "groups divide the channels")
        precondition(
            dilation * (kernelRows - 1) < inputRows + 2 * padding
                && dilation * (kernelColumns - 1) < inputColumns + 2 * padding, "a kernel fits into its input")
        self.inputChannels = inputChannels
        self.inputRows = inputRows
        self.inputColumns = inputColumns
        self.outputChannels = outputChannels
        self.kernelRows = kernelRows
        self.kernelColumns = kernelColumns
        self.stride = stride
        self.padding = padding
        self.dilation = dilation
        self.groups = groups
    }

    /// Extent of the output maps.
    public var outputRows: Int { (inputRows + 2 * padding - dilation * (kernelRows - 1) - 1) / stride + 1 }
    /// Columns of the output maps.
    public var outputColumns: Int { (inputColumns + 2 * padding - dilation * (kernelColumns - 1) - 1) / stride + 1 }

    var kernelElements: Int { kernelRows * kernelColumns }
    /// Input and output channels of a group.
    public var groupInputs: Int { inputChannels / groups }
    /// Output channels of a group.
    public var groupOutputs: Int { outputChannels / groups }
    /// Shape of the weight matrix.
    public var rows: Int { outputChannels }
    /// Columns of the weight matrix: weights of one output, were it dense.
    public var columns: Int { groupInputs * kernelElements }

    /// Width of the border of zeros that the gradient of the output needs so that no pixel of the gradient of the input is
    /// a special case.
    package var gradientHalo: Int {
        max(
            reach(kernel: kernelRows, inputs: inputRows, outputs: outputRows),
            reach(kernel: kernelColumns, inputs: inputColumns, outputs: outputColumns))
    }

    /// How far, along one side, the gradient of the input reads past the gradient of the output.
    private func reach(kernel: Int, inputs: Int, outputs: Int) -> Int {
        var reach = 0
        for k in 0..<kernel {
            let (phase, shift) = backward(k)
            guard phase < inputs else { continue }
            let last = (inputs - phase - 1) / stride
            reach = max(reach, -shift, last + shift - (outputs - 1))
        }
        return reach
    }

    /// Kernel element `k` of one side takes input pixel phase + stride * m to output pixel m + shift.
    func backward(_ k: Int) -> (phase: Int, shift: Int) {
        let from = k * dilation - padding
        let phase = (from % stride + stride) % stride
        return (phase, (phase - from) / stride)
    }

    /// False for a kernel element that meets the border of zeros wherever the kernel is laid, as most of one of 3 x 3 do on
    /// maps of one pixel.
    func meetsInput(element: Int) -> Bool {
        func meets(_ k: Int, _ inputs: Int, _ outputs: Int) -> Bool {
            (0..<outputs).contains { (0..<inputs).contains($0 * stride + k * dilation - padding) }
        }
        let (row, column) = element.quotientAndRemainder(dividingBy: kernelColumns)
        return meets(row, inputRows, outputRows) && meets(column, inputColumns, outputColumns)
    }

    /// Input channel (of its group) and kernel element of a column of the weight matrix.
    public func place(ofColumn column: Int) -> (channel: Int, element: Int) {
        switch columnOrder {
        case .channelFirst:
            let (channel, element) = column.quotientAndRemainder(dividingBy: kernelElements)
            return (channel, element)
        case .elementFirst:
            let (element, channel) = column.quotientAndRemainder(dividingBy: groupInputs)
            return (channel, element)
        }
    }
}
