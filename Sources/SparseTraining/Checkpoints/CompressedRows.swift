internal import SparseStore

/// Row starts and column indices of a matrix's units.
struct CompressedRows {
    let starts: [Int32]
    let columns: [Int32]
    private let width: Int

    init(_ matrix: any MatrixView) {
        let (height, width) = (matrix.unitsDown, matrix.unitsAcross)
        self.width = width
        var starts = [Int32](repeating: 0, count: height + 1)
        columns = matrix.storedPositions().map { position in
            starts[position / width + 1] += 1
            return Int32(position % width)
        }
        for row in 0..<height { starts[row + 1] += starts[row] }
        self.starts = starts
    }

    /// Takes what a file holds for a matrix of this shape.
    /// - Throws: `SafetensorsFile.Damage` unless starts ascend from 0 to the number of columns, and columns in each row.
    init(starts: [Int32], columns: [Int32], for matrix: any MatrixView, name: String) throws {
        try self.init(
            starts: starts, columns: columns, height: matrix.unitsDown, width: matrix.unitsAcross, name: name)
    }

    /// The same for a matrix of so many units above and beside each other.
    init(starts: [Int32], columns: [Int32], height: Int, width: Int, name: String) throws {
        guard starts.count == height + 1, starts[0] == 0, Int(starts[height]) == columns.count,
            zip(starts, starts.dropFirst()).allSatisfy({ $0 <= $1 })
        else {
            throw SafetensorsFile.Damage(
                "tensor '\(name).crow_indices' does not divide \(columns.count) indices into rows")
        }
        for row in 0..<height {
            var previous: Int32 = -1
            for column in columns[Int(starts[row])..<Int(starts[row + 1])] {
                guard column > previous, column < width else {
                    throw SafetensorsFile.Damage(
                        "tensor '\(name).col_indices': column \(column) is out of place in row \(row)")
                }
                previous = column
            }
        }
        self.starts = starts
        self.columns = columns
        self.width = width
    }

    /// Flat positions, ascending.
    var positions: [Int] {
        var positions: [Int] = []
        positions.reserveCapacity(columns.count)
        for row in 0..<starts.count - 1 {
            for column in columns[Int(starts[row])..<Int(starts[row + 1])] {
                positions.append(row * width + Int(column))
            }
        }
        return positions
    }
}
