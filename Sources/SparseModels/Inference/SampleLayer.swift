public import SparseStore

/// A layer as it computes one sample alone, whose numbers lie side by side: no lanes of a panel are left empty. Nothing in it
/// changes; calls may run at once, each with an output of its own.
public protocol SampleLayer: Sendable {
    /// output = layer(inputs), as in evaluation. Maps lie channel after channel, row after row, without border. Buffers have at
    /// least 16 numbers more than the layer's shapes say, which may be read and written with anything. Allocates nothing.
    /// - Parameters:
    ///   - inputs: What the layer reads.
    ///   - output: Where the result goes; no input.
    ///   - scratch: At least `scratchCount` numbers for the call's own use, whatever they are.
    func forward(
        _ inputs: [AlignedBuffer<Float>], into output: AlignedBuffer<Float>, scratch: AlignedBuffer<Float>)
    /// Numbers that a call needs for itself; 0 unless it says otherwise.
    var scratchCount: Int { get }
    /// Bytes that it holds beside the network's own.
    var byteCount: Int { get }
}

extension SampleLayer {
    public var scratchCount: Int { 0 }
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
    init(_ matrix: any SparseMatrix, bias: ParameterVector?, relu: Bool) throws(StoreError) {
        let matrix = matrix.forwardSet?.matrix ?? matrix
        if let dense = matrix as? DenseMatrix {
            weights = .dense(dense)
        } else {
            weights = .sliced(try SlicedRows(matrix))
        }
        // One more, for lanes without a row.
        self.bias = AlignedBuffer((bias?.values.array ?? Array(repeating: 0, count: matrix.rows)) + [0])
        self.relu = relu
    }

    func forward(
        _ inputs: [AlignedBuffer<Float>], into output: AlignedBuffer<Float>, scratch: AlignedBuffer<Float>
    ) {
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

/// y = factor * x + shift, number by number.
struct SampleAffine: SampleLayer {
    private let factor: AlignedBuffer<Float>
    private let shift: AlignedBuffer<Float>
    let relu: Bool

    init(factor: [Float], shift: [Float], relu: Bool) {
        precondition(factor.count == shift.count, "a factor and a shift for each number")
        (self.factor, self.shift, self.relu) = (AlignedBuffer(factor), AlignedBuffer(shift), relu)
    }

    /// max(x, 0) of `count` numbers.
    init(relu count: Int) {
        self.init(factor: Array(repeating: 1, count: count), shift: Array(repeating: 0, count: count), relu: true)
    }

    func forward(
        _ inputs: [AlignedBuffer<Float>], into output: AlignedBuffer<Float>, scratch: AlignedBuffer<Float>
    ) {
        SampleOperations.affine(
            inputs[0], factor: factor, shift: shift, relu: relu, into: output, count: factor.count)
    }

    var byteCount: Int { factor.byteCount + shift.byteCount }
}

/// y = factor * x + shift, map by map, which is left to the convolution before where that can do it.
struct SampleNormalization: SampleLayer {
    let factors: [Float]
    let shifts: [Float]
    let relu: Bool
    private let maps: DirectConvolution

    init(factors: [Float], shifts: [Float], rows: Int, columns: Int, relu: Bool) {
        (self.factors, self.shifts, self.relu) = (factors, shifts, relu)
        maps = DirectConvolution(factor: factors, shift: shifts, rows: rows, columns: columns, relu: relu)
    }

    func forward(
        _ inputs: [AlignedBuffer<Float>], into output: AlignedBuffer<Float>, scratch: AlignedBuffer<Float>
    ) {
        maps.apply(inputs[0], into: output, scratch: scratch)
    }

    var scratchCount: Int { maps.scratchCount }
    var byteCount: Int { maps.byteCount }
}

/// Its input: what is read of it is read there, and nothing is computed.
struct SampleIdentity: SampleLayer {
    func forward(
        _ inputs: [AlignedBuffer<Float>], into output: AlignedBuffer<Float>, scratch: AlignedBuffer<Float>
    ) {
        preconditionFailure("nothing is computed")
    }

    var byteCount: Int { 0 }
}

/// The sum of two inputs.
struct SampleSum: SampleLayer {
    let count: Int
    let relu: Bool

    func forward(
        _ inputs: [AlignedBuffer<Float>], into output: AlignedBuffer<Float>, scratch: AlignedBuffer<Float>
    ) {
        SampleOperations.sum(inputs[0], inputs[1], relu: relu, into: output, count: count)
    }

    var byteCount: Int { 0 }
}
