internal import SparseKernels

extension CSRMatrix {
    // A row is settled by the first weight that reads a marked column, mostly the first one there is: the cost is that of
    // the runs, not of the weights.
    public func outputsReached(from inputs: [Bool]) -> [Bool] {
        precondition(inputs.count == columns, "one flag per column is needed")
        var reached = [Bool](repeating: false, count: rows)
        for tile in layout.tiles.array {
            var place = Int(tile.first)
            for k in Int(tile.row_runs)..<Int(tile.row_runs) + Int(tile.row_run_count) {
                let run = layout.rowRuns.pointer[k]
                let row = Int(tile.row) + Int(run.index)
                let next = place + Int(run.count)
                reached[row] =
                    reached[row]
                    || (place..<next).contains { inputs[Int(tile.column) + Int(layout.columnIndices.pointer[$0])] }
                place = next
            }
        }
        return reached
    }

    public func inputsReached(from outputs: [Bool]) -> [Bool] {
        precondition(outputs.count == rows, "one flag per row is needed")
        var reached = [Bool](repeating: false, count: columns)
        for tile in layout.tiles.array {
            var place = Int(tile.first)
            for k in Int(tile.column_runs)..<Int(tile.column_runs) + Int(tile.column_run_count) {
                let run = layout.columnRuns.pointer[k]
                let column = Int(tile.column) + Int(run.index)
                let next = place + Int(run.count)
                reached[column] =
                    reached[column]
                    || (place..<next).contains { outputs[Int(tile.row) + Int(layout.rowIndices.pointer[$0])] }
                place = next
            }
        }
        return reached
    }
}
