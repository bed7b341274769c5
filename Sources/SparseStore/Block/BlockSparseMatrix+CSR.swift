extension BlockSparseMatrix {
    /// The blocks of `side` that hold at least one stored weight of `matrix`; their other weights are 0.
    /// - Throws: `StoreError` when there are no blocks of that side.
    public convenience init(_ matrix: CSRMatrix, side: Int) throws(StoreError) {
        let shape = try BlockShape(rows: matrix.rows, columns: matrix.columns, side: side)
        let positions = matrix.storedPositions()
        let owners = positions.map { position in
            position / shape.columns / side * shape.gridColumns + position % shape.columns / side
        }
        let blocks = Set(owners).sorted()
        try self.init(rows: matrix.rows, columns: matrix.columns, side: side, positions: blocks)
        for (i, weight) in matrix.storedScores(of: .values).enumerated() {
            let place = Selection.firstIndex(in: blocks, notBelow: owners[i])
            let (row, column) = positions[i].quotientAndRemainder(dividingBy: shape.columns)
            values[place * shape.area + row % side * side + column % side] = weight
        }
    }
}

extension CSRMatrix {
    /// All true weights of the blocks of `matrix`, zeros among them.
    /// - Throws: `StoreError` when they are more than a CSR matrix can index.
    public convenience init(_ matrix: BlockSparseMatrix) throws(StoreError) {
        var positions: [Int] = []
        var values: [Float] = []
        matrix.forEachRun { run in
            for (i, place) in run.store.enumerated() {
                positions.append(run.row * matrix.columns + run.firstColumn + i)
                values.append(matrix.values.pointer[place])
            }
        }
        try self.init(rows: matrix.rows, columns: matrix.columns, positions: positions, values: values)
    }
}
