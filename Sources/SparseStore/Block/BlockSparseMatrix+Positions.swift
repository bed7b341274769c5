internal import SparseKernels

extension BlockSparseMatrix {
    package func storedPositions() -> [Int] {
        var positions: [Int] = []
        positions.reserveCapacity(storedCount)
        for row in 0..<shape.gridRows {
            for block in layout.blocksBefore(gridRow: row)..<layout.blocksBefore(gridRow: row + 1) {
                positions.append(row * shape.gridColumns + Int(layout.columnIndices.pointer[block]))
            }
        }
        return positions
    }

    /// The sum of a block's absolute values. Padding is 0.
    package func storedScores(of array: ParallelArray) -> [Float] {
        let source = stored[array]
        return (0..<storedCount).map { block in
            let first = source.pointer + block * shape.area
            return (0..<shape.area).reduce(Float(0)) { $0 + first[$1].magnitude }
        }
    }

    /// True weights of one row of a block: consecutive columns, consecutive in store order.
    struct Run {
        var row: Int
        var firstColumn: Int
        var store: Range<Int>
    }

    /// Visits all true weights in row-major order of the whole matrix.
    func forEachRun(_ body: (Run) -> Void) {
        for row in 0..<shape.rows {
            let gridRow = row / shape.side
            for block in layout.blocksBefore(gridRow: gridRow)..<layout.blocksBefore(gridRow: gridRow + 1) {
                let column = Int(layout.columnIndices.pointer[block])
                let first = block * shape.area + row % shape.side * shape.side
                body(
                    Run(
                        row: row, firstColumn: column * shape.side,
                        store: first..<first + shape.width(ofGridColumn: column)))
            }
        }
    }
}
