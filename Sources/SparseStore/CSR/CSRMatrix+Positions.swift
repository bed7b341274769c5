internal import SparseKernels

extension CSRMatrix {
    package func storedPositions() -> [Int] {
        let local = layout.columnIndices.pointer
        return rowMajor { segment, target in
            let (base, from) = (segment.row &* columns &+ segment.firstColumn, local + segment.weights.lowerBound)
            for k in 0..<segment.weights.count { target[k] = base &+ Int(from[k]) }
        }
    }

    package func storedScores(of array: ParallelArray) -> [Float] {
        // The copy by rows has the values nearly in order already; with a forward set nobody renews it.
        if array == .values, forwardSet == nil {
            let values = rowValues
            return rowMajor { segment, target in
                target.update(from: values.pointer + segment.weights.lowerBound, count: segment.weights.count)
            }
        }
        let source = stored[array]
        let places = layout.places.pointer
        return rowMajor { segment, target in
            let (scores, from) = (source.pointer + segment.first, places + segment.weights.lowerBound)
            for k in 0..<segment.weights.count { target[k] = scores[Int(from[k])] }
        }
    }

    package func storeIndices() -> [Int] {
        let places = layout.places.pointer
        return rowMajor { segment, target in
            let from = places + segment.weights.lowerBound
            for k in 0..<segment.weights.count { target[k] = segment.first &+ Int(from[k]) }
        }
    }

    /// One number for each weight, in row-major order: `write` puts down those of a segment.
    @inline(__always)
    private func rowMajor<Number: BitwiseCopyable>(_ write: (Segment, UnsafeMutablePointer<Number>) -> Void) -> [Number]
    {
        [Number](unsafeUninitializedCapacity: storedCount) { buffer, count in
            guard var next = buffer.baseAddress else { return }
            forEachSegment { segment in
                write(segment, next)
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
    @inline(__always)
    func forEachSegment(_ body: (Segment) -> Void) {
        for gridRow in 0..<layout.tiling.gridRows { forEachSegment(gridRow: gridRow, body) }
    }

    /// The same for one row of tiles.
    @inline(__always)
    func forEachSegment(gridRow: Int, _ body: (Segment) -> Void) {
        let tiling = layout.tiling
        let firstRow = gridRow * tiling.side
        let height = min(tiling.side, rows - firstRow)
        let across = tiling.gridColumns
        // Rows lie in a tile in order of their counts: note where each begins, and how many weights it has.
        withUnsafeTemporaryAllocation(of: (start: Int, count: Int).self, capacity: height * across) { segments in
            for gridColumn in 0..<across {
                let tile = layout.tiles.pointer[tiling.tile(gridRow: gridRow, gridColumn: gridColumn)]
                var place = tile.first
                let runs = layout.rowRuns.pointer + tile.rowRuns
                for k in 0..<tile.rowRunCount {
                    let count = Int(runs[k].count)
                    segments[Int(runs[k].index) &* across &+ gridColumn] = (place, count)
                    place &+= count
                }
            }
            var next = 0
            for row in 0..<height {
                for gridColumn in 0..<across {
                    let (start, count) = segments[next]
                    next &+= 1
                    if count == 0 { continue }
                    let first = layout.tiles.pointer[tiling.tile(gridRow: gridRow, gridColumn: gridColumn)].first
                    body(
                        Segment(
                            row: firstRow &+ row, firstColumn: gridColumn &* tiling.side,
                            weights: start..<start &+ count,
                            first: first))
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
