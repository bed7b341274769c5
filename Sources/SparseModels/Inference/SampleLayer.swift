public import SparseStore

/// A layer as it computes one sample alone, whose numbers lie side by side: no lanes of a panel are left empty. Nothing in it
/// changes; calls may run at once, each with an output of its own.
public protocol SampleLayer: Sendable {
    /// output = layer(inputs), as in evaluation. Vectors have one element more than the layer's shapes say, for results that go
    /// nowhere. Allocates nothing.
    func forward(_ inputs: [AlignedBuffer<Float>], into output: AlignedBuffer<Float>)
    /// Bytes that it holds beside the network's own.
    var byteCount: Int { get }
}

/// W x + b, of a layer with a matrix.
struct SampleProduct: SampleLayer {
    private enum Weights {
        case sliced(SlicedRows)
        case dense(DenseMatrix)
    }

    private let weights: Weights
    private let bias: AlignedBuffer<Float>
    private let relu: Bool

    /// - Throws: `StoreError` for a matrix that is too large.
    init(_ matrix: any SparseMatrix, bias: ParameterVector, relu: Bool) throws(StoreError) {
        let matrix = matrix.forwardSet?.matrix ?? matrix
        if let dense = matrix as? DenseMatrix {
            weights = .dense(dense)
        } else {
            weights = .sliced(try SlicedRows(matrix))
        }
        self.bias = AlignedBuffer(bias.values.array + [0])
        self.relu = relu
    }

    func forward(_ inputs: [AlignedBuffer<Float>], into output: AlignedBuffer<Float>) {
        switch weights {
        case .sliced(let rows): rows.multiply(inputs[0], bias: bias, relu: relu, into: output)
        case .dense(let matrix):
            SampleOperations.multiply(
                matrix.stored.values, rows: matrix.rows, columns: matrix.columns, inputs[0], bias: bias, relu: relu,
                into: output)
        }
    }

    var byteCount: Int {
        switch weights {
        case .sliced(let rows): rows.byteCount + bias.byteCount
        case .dense: bias.byteCount
        }
    }
}

/// y = factor * x + shift, channel by channel.
struct SampleAffine: SampleLayer {
    private let factor: AlignedBuffer<Float>
    private let shift: AlignedBuffer<Float>
    private let relu: Bool

    init(factor: [Float], shift: [Float], relu: Bool) {
        precondition(factor.count == shift.count, "a factor and a shift for each channel")
        (self.factor, self.shift, self.relu) = (AlignedBuffer(factor), AlignedBuffer(shift), relu)
    }

    /// Leaves `channels` numbers as they are, but for those below 0 with `relu`.
    init(identity channels: Int, relu: Bool = false) {
        self.init(
            factor: Array(repeating: 1, count: channels), shift: Array(repeating: 0, count: channels), relu: relu)
    }

    func forward(_ inputs: [AlignedBuffer<Float>], into output: AlignedBuffer<Float>) {
        SampleOperations.affine(
            inputs[0], factor: factor, shift: shift, relu: relu, into: output, count: factor.count)
    }

    var byteCount: Int { factor.byteCount + shift.byteCount }
}

/// The sum of two inputs.
struct SampleSum: SampleLayer {
    let channels: Int
    let relu: Bool

    func forward(_ inputs: [AlignedBuffer<Float>], into output: AlignedBuffer<Float>) {
        SampleOperations.sum(inputs[0], inputs[1], relu: relu, into: output, count: channels)
    }

    var byteCount: Int { 0 }
}
