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
            if tile.first != first { return "tile \(t) begins at \(tile.first), not \(first)" }
            first += tile.count
            if let text = brokenTile(tile, index: t) { return "tile \(t): \(text)" }
        }
        return first == n ? nil : "tiles hold \(first) of \(n) weights"
    }

    private func brokenTile(_ tile: CSRLayout.Tile, index: Int) -> String? {
        var byRow = Set<[Int]>()
        var place = 0
        let groups = layout.tiling.groups
        for group in 0..<groups {
            if Int(layout.rowGroupFirsts.pointer[index * groups + group]) != place {
                return "group \(group) of rows begins elsewhere"
            }
            var previous = (count: -1, index: -1)
            for k in layout.tiling.lines(ofGroup: group, of: tile.rowRunCount) {
                let run = layout.rowRuns.pointer[tile.rowRuns + k]
                let key = (count: Int(run.count), index: Int(run.index))
                if key <= previous || key.index / layout.tiling.groupWidth != group { return "row runs out of order" }
                previous = key
                for _ in 0..<run.count {
                    let i = tile.first + place
                    let column = Int(layout.columnIndices.pointer[i])
                    byRow.insert([Int(run.index), column, Int(layout.places.pointer[i])])
                    // With a forward set nothing multiplies by them.
                    if forwardSet == nil,
                        rowValues.pointer[i].bitPattern
                            != values.pointer[tile.first + Int(layout.places.pointer[i])].bitPattern
                    {
                        return "the values by rows are others"
                    }
                    place += 1
                }
            }
        }
        if place != tile.count { return "row runs hold \(place) of \(tile.count) weights" }
        place = 0
        for group in 0..<groups {
            if Int(layout.columnGroupFirsts.pointer[index * groups + group]) != place {
                return "group \(group) of columns begins elsewhere"
            }
            var previous = (count: -1, index: -1)
            for k in layout.tiling.lines(ofGroup: group, of: tile.columnRunCount) {
                let run = layout.columnRuns.pointer[tile.columnRuns + k]
                let key = (count: Int(run.count), index: Int(run.index))
                if key <= previous || key.index / layout.tiling.groupWidth != group {
                    return "column runs out of order"
                }
                previous = key
                var row = -1
                for _ in 0..<run.count {
                    let next = Int(layout.rowIndices.pointer[tile.first + place])
                    if next <= row { return "rows of a column do not ascend" }
                    row = next
                    if byRow.remove([row, Int(run.index), place]) == nil { return "row and column order disagree" }
                    place += 1
                }
            }
        }
        return byRow.isEmpty ? nil : "weights missing in column order"
    }
}
