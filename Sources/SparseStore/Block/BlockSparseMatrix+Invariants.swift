extension BlockSparseMatrix {
    /// The first thing wrong with the inner structure, or nil. For tests: arrays of equal length, positions ascending, every
    /// block once in column order, padding 0.
    package func brokenInvariant() -> String? {
        let n = layout.count * shape.area
        let arrays = [values, gradient] + stored.states
        if arrays.contains(where: { $0.count != n }) { return "parallel arrays differ in length" }
        let positions = storedPositions()
        if positions.count != layout.count { return "rows hold \(positions.count) of \(layout.count) blocks" }
        for (a, b) in zip(positions, positions.dropFirst()) where a >= b { return "positions do not ascend at \(b)" }
        var unseen = Set(positions.indices)
        for column in 0..<shape.gridColumns {
            var previous = -1
            for entry in layout.blocksBefore(gridColumn: column)..<layout.blocksBefore(gridColumn: column + 1) {
                let (row, place) = (Int(layout.rowIndices[entry]), Int(layout.places[entry]))
                if row <= previous { return "rows of column \(column) do not ascend" }
                previous = row
                if unseen.remove(place) == nil { return "block \(place) comes twice in column order" }
                if positions[place] != row * shape.gridColumns + column { return "row and column order disagree" }
            }
        }
        if !unseen.isEmpty { return "blocks missing in column order" }
        var isPadding = [Bool](repeating: true, count: n)
        forEachRun { run in
            for i in run.store { isPadding[i] = false }
        }
        let padding = isPadding.indices.filter { isPadding[$0] }
        if padding.count != n - storedWeights { return "\(n - padding.count) true weights, not \(storedWeights)" }
        for array in arrays where padding.contains(where: { array[$0] != 0 }) { return "padding is not 0" }
        return nil
    }
}
