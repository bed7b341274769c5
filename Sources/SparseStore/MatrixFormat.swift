/// How a weight matrix is stored: a name of the command line, and the way from positions to a matrix.
public enum MatrixFormat: Equatable, Sendable, CustomStringConvertible {
    /// Compressed rows of single weights.
    case csr
    /// Square blocks of 4, 8 or 16 weights a side.
    case block(Int)
    /// All weights.
    case dense

    /// All formats.
    public static let all: [MatrixFormat] = [.csr] + BlockShape.sides.map(MatrixFormat.block) + [.dense]

    /// "csr", "block4", "block8", "block16" or "dense"; nil for anything else.
    public init?(_ name: String) {
        guard let format = MatrixFormat.all.first(where: { $0.description == name }) else { return nil }
        self = format
    }

    /// The name.
    public var description: String {
        switch self {
        case .csr: "csr"
        case .block(let side): "block\(side)"
        case .dense: "dense"
        }
    }

    /// Height and width of a unit, in weights.
    public var unitSide: Int {
        if case .block(let side) = self { side } else { 1 }
    }

    /// Units of a matrix of `rows` x `columns` weights.
    public func positionCount(rows: Int, columns: Int) -> Int {
        (rows + unitSide - 1) / unitSide * ((columns + unitSide - 1) / unitSide)
    }

    /// A matrix of the units at `positions` (ascending; all of them if dense).
    /// - Parameters:
    ///   - rows: Outputs of the matrix.
    ///   - columns: Inputs of the matrix.
    ///   - positions: Of the stored units, ascending.
    ///   - values: one for each true weight of these units, in row-major order of the whole matrix; none means all 0.
    ///   - convolution: What the matrix is to convolve. Single weights, and all weights of several groups, are then stored as
    ///     `ConvolutionGeometry.store` needs them.
    /// - Throws: `StoreError` when shape, positions or number of values do not form such a matrix.
    public func make(
        rows: Int, columns: Int, positions: [Int], values: [Float] = [], convolution: ConvolutionGeometry? = nil
    ) throws(StoreError) -> any SparseMatrix {
        if let convolution, self == .csr || self == .dense && convolution.groups > 1 {
            guard (rows, columns) == (convolution.rows, convolution.columns) else {
                throw .invalidStructure(
                    "a convolution of \(convolution.rows) x \(convolution.columns) weights, not \(rows) x \(columns)")
            }
            return try ConvolutionMatrix(unplaced: convolution, positions: positions, values: values)
        }
        switch self {
        case .csr:
            return try CSRMatrix(rows: rows, columns: columns, positions: positions, values: values)
        case .block(let side):
            return try BlockSparseMatrix(
                rows: rows, columns: columns, side: side, positions: positions, values: values)
        case .dense:
            let matrix = try DenseMatrix(rows: rows, columns: columns, values: values)
            guard positions.elementsEqual(0..<matrix.positionCount) else {
                throw .invalidStructure("a dense matrix has all \(matrix.positionCount) positions, ascending")
            }
            return matrix
        }
    }

    /// Flat row-major positions of the true weights of the units at `positions` (ascending), ascending: those that `values`
    /// of `make` stand for.
    package func weightPositions(ofUnits positions: [Int], rows: Int, columns: Int) -> [Int] {
        let side = unitSide
        if side == 1 { return positions }
        let gridColumns = (columns + side - 1) / side
        var weights: [Int] = []
        var rest = positions[...]
        while let first = rest.first {
            let gridRow = first / gridColumns
            let line = rest.prefix { $0 / gridColumns == gridRow }
            rest = rest[line.endIndex...]
            for row in gridRow * side..<min(rows, (gridRow + 1) * side) {
                for position in line {
                    let column = position % gridColumns * side
                    weights += (column..<min(columns, column + side)).map { row * columns + $0 }
                }
            }
        }
        return weights
    }
}
