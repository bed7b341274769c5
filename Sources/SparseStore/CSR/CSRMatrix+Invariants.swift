internal import SparseKernels

extension CSRMatrix {
    /// The first thing wrong with the inner structure, or nil. For tests: arrays of equal length, every weight once in
    /// row order and once in column order, columns ascending in a row, rows ascending in a column, runs in order.
    package func brokenInvariant() -> String? {
        let n = layout.count
        if ([values, gradient] + stored.states).contains(where: { $0.count != n }) {
            return "parallel arrays differ in length"
        }
        let positions = storedPositions()
        if positions.count != n { return "row-major order visits \(positions.count) of \(n) weights" }
        for (a, b) in zip(positions, positions.dropFirst()) where a >= b { return "positions do not ascend at \(b)" }
        var first = 0
        for t in 0..<layout.tiles.count {
            let tile = layout.tiles.pointer[t]
            if Int(tile.first) != first { return "tile \(t) begins at \(tile.first), not \(first)" }
            first += Int(tile.count)
            if let text = brokenTile(tile) { return "tile \(t): \(text)" }
        }
        return first == n ? nil : "tiles hold \(first) of \(n) weights"
    }

    private func brokenTile(_ tile: st_tile) -> String? {
        var byRow = Set<[Int]>()
        var place = 0
        var previous = (count: -1, index: -1)
        for k in 0..<Int(tile.row_run_count) {
            let run = layout.rowRuns.pointer[Int(tile.row_runs) + k]
            let key = (count: Int(run.count), index: Int(run.index))
            if key <= previous { return "row runs out of order" }
            if (run.count == 0) != (k < Int(tile.empty_rows)) { return "wrong number of empty rows" }
            previous = key
            for _ in 0..<run.count {
                let column = Int(layout.columnIndices.pointer[Int(tile.first) + place])
                byRow.insert([Int(run.index), column, place])
                place += 1
            }
        }
        if place != Int(tile.count) { return "row runs hold \(place) of \(tile.count) weights" }
        previous = (-1, -1)
        place = 0
        for k in 0..<Int(tile.column_run_count) {
            let run = layout.columnRuns.pointer[Int(tile.column_runs) + k]
            let key = (count: Int(run.count), index: Int(run.index))
            if key <= previous { return "column runs out of order" }
            if (run.count == 0) != (k < Int(tile.empty_columns)) { return "wrong number of empty columns" }
            previous = key
            var row = -1
            for _ in 0..<run.count {
                let i = Int(tile.first) + place
                let next = Int(layout.rowIndices.pointer[i])
                if next <= row { return "rows of a column do not ascend" }
                row = next
                if byRow.remove([row, Int(run.index), Int(layout.places.pointer[i])]) == nil {
                    return "row and column order disagree"
                }
                place += 1
            }
        }
        return byRow.isEmpty ? nil : "weights missing in column order"
    }
}
