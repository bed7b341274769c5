internal import SparseKernels

extension CSRMatrix {
    package func storedPositions() -> [Int] {
        let local = layout.columnIndices.pointer
        return rowMajor { segment, i in segment.row &* columns &+ segment.firstColumn &+ Int(local[i]) }
    }

    package func storedScores(of array: ParallelArray) -> [Float] {
        let source = stored[array]
        return withExtendedLifetime(source) {
            let scores = source.pointer
            let places = layout.places.pointer
            return rowMajor { segment, i in scores[segment.first &+ Int(places[i])] }
        }
    }

    package func storeIndices() -> [Int] {
        let places = layout.places.pointer
        return rowMajor { segment, i in segment.first &+ Int(places[i]) }
    }

    /// One element for each weight, in row-major order, from its segment and its index in row order.
    @inline(__always)
    private func rowMajor<Element>(_ element: (Segment, Int) -> Element) -> [Element] {
        [Element](unsafeUninitializedCapacity: storedCount) { buffer, count in
            guard var next = buffer.baseAddress else { return }
            forEachSegment { segment in
                let start = segment.weights.lowerBound
                for k in 0..<segment.weights.count { (next + k).initialize(to: element(segment, start &+ k)) }
                next += segment.weights.count
            }
            count = storedCount
        }
    }

    /// The weights of one row in one tile: consecutive in the tile's row order, columns ascending.
    struct Segment {
        var row: Int
        var firstColumn: Int
        /// Indices in row order, of `columnIndices` and `places`.
        var weights: Range<Int>
        /// The tile's first weight, from which `places` count in store order.
        var first: Int
    }

    /// Visits all weights in row-major order, segment by segment.
    func forEachSegment(_ body: (Segment) -> Void) {
        for gridRow in 0..<layout.tiling.gridRows { forEachSegment(gridRow: gridRow, body) }
    }

    /// The same for one row of tiles.
    func forEachSegment(gridRow: Int, _ body: (Segment) -> Void) {
        let tiling = layout.tiling
        let firstRow = gridRow * tiling.side
        let height = min(tiling.side, rows - firstRow)
        // Rows lie in a tile in order of their counts: note where each begins.
        var ranges = [Range<Int>](repeating: 0..<0, count: height * tiling.gridColumns)
        for gridColumn in 0..<tiling.gridColumns {
            let tile = layout.tiles.pointer[tiling.tile(gridRow: gridRow, gridColumn: gridColumn)]
            var place = tile.first
            let runs = layout.rowRuns.pointer + tile.rowRuns
            for k in 0..<tile.rowRunCount {
                let next = place + Int(runs[k].count)
                ranges[Int(runs[k].index) * tiling.gridColumns + gridColumn] = place..<next
                place = next
            }
        }
        for row in 0..<height {
            for gridColumn in 0..<tiling.gridColumns {
                let range = ranges[row * tiling.gridColumns + gridColumn]
                if !range.isEmpty {
                    let first = layout.tiles.pointer[tiling.tile(gridRow: gridRow, gridColumn: gridColumn)].first
                    body(
                        Segment(
                            row: firstRow + row, firstColumn: gridColumn * tiling.side, weights: range, first: first))
                }
            }
        }
    }
}

// As files hold it.
extension CSRMatrix {
    package func elements(of array: ParallelArray) -> [Float] { storedScores(of: array) }

    package func setElements(of array: ParallelArray, to elements: [Float]) {
        precondition(elements.count == stored.count, "one element per stored weight")
        let target = stored[array]
        var next = 0
        let places = layout.places.pointer
        forEachSegment { segment in
            for i in segment.weights {
                target.pointer[segment.first + Int(places[i])] = elements[next]
                next += 1
            }
        }
        if array == .values { orderByRows(tiles: 0..<layout.tiles.count) }
    }
}
