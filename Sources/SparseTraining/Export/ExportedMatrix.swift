internal import SparseModels
internal import SparseStore

/// A weight matrix as other programs know it: rows in order, and in each row single weights with ascending columns. The columns
/// of a convolution are in PyTorch's order: input channel of the group, kernel row, kernel column.
public struct ExportedMatrix: Sendable {
    /// Such as "fc1.weight".
    public let name: String
    /// What the layer multiplies by.
    private let matrix: any SparseMatrix
    /// Extents of the tensor: outputs and inputs, and of a convolution kernel rows and columns after them.
    public let shape: [Int]

    init(_ parameter: Parameter, _ matrix: any SparseMatrix, _ shape: WeightShape) {
        name = parameter.name
        self.matrix = matrix.forwardSet?.matrix ?? matrix
        self.shape =
            shape.convolution == nil
            ? [shape.rows, shape.columns] : [shape.outputs, shape.inputs, shape.kernelRows, shape.kernelColumns]
    }

    /// Those of a layer, in the order of its definition.
    static func all(of node: ModelNode, _ layer: any Layer) -> [ExportedMatrix] {
        let stored = layer.parameters.compactMap { parameter in parameter.matrix.map { (parameter, $0) } }
        return zip(stored, node.weightShapes).map { ExportedMatrix($0.0, $0.1, $1) }
    }

    /// Rows of the matrix: outputs.
    public var rows: Int { matrix.rows }
    /// Columns of the matrix: weights of one output, were it dense.
    public var columns: Int { matrix.columns }
    /// Weights that are stored, explicit zeros among them.
    public var count: Int { matrix.storedWeights }
    /// Weights, were all stored.
    public var positionCount: Int { rows * columns }

    /// Calls `body` with each row: the columns of its stored weights, ascending, and the weights. Memory is that of the stored
    /// weights once more.
    public func forEachRow(_ body: (_ row: Int, _ columns: [Int32], _ values: [Float]) throws -> Void) rethrows {
        let elements = matrix.elements(of: .values)
        if matrix.format == "dense" {
            let all = (0..<Int32(columns)).map { $0 }
            for row in 0..<rows { try body(row, all, Array(elements[row * columns..<(row + 1) * columns])) }
            return
        }
        let positions = matrix.storedPositions()
        let (height, width, across) = (matrix.unitRows, matrix.unitColumns, matrix.unitsAcross)
        var line = 0..<0
        for gridRow in 0..<matrix.unitsDown {
            var end = line.upperBound
            while end < positions.count, positions[end] / across == gridRow { end += 1 }
            line = line.upperBound..<end
            for row in gridRow * height..<min(rows, (gridRow + 1) * height) {
                var (found, values): ([Int32], [Float]) = ([], [])
                for unit in line {
                    let first = positions[unit] % across * width
                    let place = (unit * height + row - gridRow * height) * width
                    for column in first..<min(columns, first + width) {
                        found.append(Int32(column))
                        values.append(elements[place + column - first])
                    }
                }
                sortAsPyTorch(&found, &values)
                try body(row, found, values)
            }
        }
    }

    /// Calls `body` with each row and all its weights.
    public func forEachDenseRow(_ body: (_ row: Int, _ values: [Float]) throws -> Void) rethrows {
        var all = [Float](repeating: 0, count: columns)
        try forEachRow { row, columns, values in
            for (column, value) in zip(columns, values) { all[Int(column)] = value }
            try body(row, all)
            for column in columns { all[Int(column)] = 0 }
        }
    }

    /// Columns that come kernel element by kernel element get PyTorch's numbers, and the weights their order.
    private func sortAsPyTorch(_ columns: inout [Int32], _ values: inout [Float]) {
        guard let convolution = matrix.convolution, convolution.columnOrder == .elementFirst else { return }
        let elements = convolution.kernelRows * convolution.kernelColumns
        let sorted = zip(columns, values).map { column, value in
            let place = convolution.place(ofColumn: Int(column))
            return (column: Int32(place.channel * elements + place.element), value: value)
        }.sorted { $0.column < $1.column }
        (columns, values) = (sorted.map(\.column), sorted.map(\.value))
    }

    /// Where each row begins among the stored weights, and after the last row their number.
    /// - Throws: `ExportError.tooLarge` when there are more than 32 bits count.
    func rowStarts(for format: String) throws(ExportError) -> [Int32] {
        guard count <= Int(Int32.max) else {
            throw .tooLarge(format: format, what: "'\(name)' of \(count) stored weights")
        }
        var starts: [Int32] = [0]
        starts.reserveCapacity(rows + 1)
        forEachRow { _, columns, _ in starts.append((starts.last ?? 0) + Int32(columns.count)) }
        return starts
    }
}
