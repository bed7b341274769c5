internal import SparseKernels

extension CSRMatrix {
    package func outputsReached(from inputs: [Bool]) -> [Bool] {
        precondition(inputs.count == columns, "one flag per column is needed")
        return reached(rows, from: inputs, layout.rowRuns, layout.columnIndices) {
            TileLines(runs: $0.rowRuns, count: $0.rowRunCount, first: $0.row, firstAcross: $0.column)
        }
    }

    package func inputsReached(from outputs: [Bool]) -> [Bool] {
        precondition(outputs.count == rows, "one flag per row is needed")
        return reached(columns, from: outputs, layout.columnRuns, layout.rowIndices) {
            TileLines(runs: $0.columnRuns, count: $0.columnRunCount, first: $0.column, firstAcross: $0.row)
        }
    }

    /// A tile seen by its rows, or by its columns: its runs, its first line, and the first of the lines across.
    private struct TileLines {
        let runs: Int
        let count: Int
        let first: Int
        let firstAcross: Int
    }

    // A line is settled by the first weight that reads a marked one, mostly the first one there is: the cost is that of
    // the runs, not of the weights.
    private func reached(
        _ count: Int, from marked: [Bool], _ runs: AlignedBuffer<st_run>, _ indices: AlignedBuffer<UInt16>,
        _ lines: (CSRLayout.Tile) -> TileLines
    ) -> [Bool] {
        var reached = [Bool](repeating: false, count: count)
        for tile in layout.tiles.array {
            let lines = lines(tile)
            var place = tile.first
            for k in lines.runs..<lines.runs + lines.count {
                let run = runs.pointer[k]
                let line = lines.first + Int(run.index)
                let next = place + Int(run.count)
                reached[line] =
                    reached[line]
                    || (place..<next).contains { marked[lines.firstAcross + Int(indices.pointer[$0])] }
                place = next
            }
        }
        return reached
    }
}
