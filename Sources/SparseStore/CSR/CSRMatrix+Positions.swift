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
            return rowMajor { _, i in scores[i] }
        }
    }

    package func storeIndices() -> [Int] { rowMajor { _, i in i } }

    /// One element for each weight, in row-major order, from its segment and its index in store order.
    @inline(__always)
    private func rowMajor<Element>(_ element: (Segment, Int) -> Element) -> [Element] {
        [Element](unsafeUninitializedCapacity: storedCount) { buffer, count in
            guard var next = buffer.baseAddress else { return }
            forEachSegment { segment in
                let start = segment.store.lowerBound
                for k in 0..<segment.store.count { (next + k).initialize(to: element(segment, start &+ k)) }
                next += segment.store.count
            }
            count = storedCount
        }
    }

    /// The weights of one row in one tile: consecutive in store order, columns ascending.
    struct Segment {
        var row: Int
        var firstColumn: Int
        var store: Range<Int>
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
            var place = Int(tile.first)
            let runs = layout.rowRuns.pointer + Int(tile.row_runs)
            for k in 0..<Int(tile.row_run_count) {
                let next = place + Int(runs[k].count)
                ranges[Int(runs[k].index) * tiling.gridColumns + gridColumn] = place..<next
                place = next
            }
        }
        for row in 0..<height {
            for gridColumn in 0..<tiling.gridColumns {
                let range = ranges[row * tiling.gridColumns + gridColumn]
                if !range.isEmpty {
                    body(Segment(row: firstRow + row, firstColumn: gridColumn * tiling.side, store: range))
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
        forEachSegment { segment in
            for i in segment.store {
                target.pointer[i] = elements[next]
                next += 1
            }
        }
    }
}
