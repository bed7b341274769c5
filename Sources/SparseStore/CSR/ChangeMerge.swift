internal import SparseKernels

/// Old weights less the dropped, and the grown among them, in row-major order. The source of a survivor is its old place
/// in store order, that of a grown weight the old count plus its index. Rows of tiles are merged side by side: how many
/// weights come before each is known beforehand.
struct ChangeMerge {
    private let matrix: CSRMatrix
    private let layout: CSRLayout
    private let change: TopologyChange

    init(_ matrix: CSRMatrix, _ change: TopologyChange) {
        self.matrix = matrix
        layout = matrix.layout
        self.change = change
    }

    /// - Throws: `StoreError.invalidChange` when a dropped position is not stored, or a grown one is and stays.
    func merged(workers: Workers) throws(StoreError) -> PlainCSR {
        let gridRows = layout.tiling.gridRows
        let old = layout.count
        // Of a change that does not fit only the error is of use; the count must not be negative meanwhile.
        let plain = PlainCSR(
            rows: layout.rows, columns: layout.columns,
            count: max(0, old - change.dropped.count) + change.grown.count)
        // One element a row of tiles: the first position that does not fit, plus 1.
        let (missing, occupied) = (AlignedBuffer<Int>(count: gridRows), AlignedBuffer<Int>(count: gridRows))
        workers.run(tasks: gridRows) { gridRow in
            let strip = Strip(layout: layout, change: change, gridRow: gridRow)
            strip.merge(matrix, into: plain, missing: missing.pointer + gridRow, occupied: occupied.pointer + gridRow)
        }
        if let position = occupied.elements.first(where: { $0 > 0 }) {
            throw .invalidChange("position \(position - 1) is to be grown but is stored already")
        }
        if let position = missing.elements.first(where: { $0 > 0 }) {
            throw .invalidChange("position \(position - 1) is to be dropped but is not stored")
        }
        plain.starts.pointer[layout.rows] = plain.count
        return plain
    }

    /// The share of one row of tiles.
    private struct Strip {
        let gridRow: Int
        let rows: Range<Int>
        let dropped: Range<Int>
        let grown: Range<Int>
        let change: TopologyChange
        /// Source of the first weight that grows here.
        let firstGrown: Int
        /// Indices of the strip's weights in the result, if the change fits.
        let first: Int
        let limit: Int

        init(layout: CSRLayout, change: TopologyChange, gridRow: Int) {
            self.gridRow = gridRow
            self.change = change
            let side = layout.tiling.side
            rows = gridRow * side..<min((gridRow + 1) * side, layout.rows)
            let positions = rows.lowerBound * layout.columns..<rows.upperBound * layout.columns
            dropped =
                Selection.firstIndex(
                    in: change.dropped, notBelow: positions.lowerBound)..<Selection.firstIndex(
                    in: change.dropped, notBelow: positions.upperBound)
            grown =
                Selection.firstIndex(
                    in: change.grown, notBelow: positions.lowerBound)..<Selection.firstIndex(
                    in: change.grown, notBelow: positions.upperBound)
            firstGrown = layout.count + grown.lowerBound
            let before = layout.weightsBeforeGridRow
            first = max(0, before[gridRow] - dropped.lowerBound) + grown.lowerBound
            limit = max(0, before[gridRow + 1] - dropped.upperBound) + grown.upperBound
        }

        func merge(
            _ matrix: CSRMatrix, into plain: PlainCSR, missing: UnsafeMutablePointer<Int>,
            occupied: UnsafeMutablePointer<Int>
        ) {
            (change.dropped[dropped] + [Int.max]).withUnsafeBufferPointer { droppedPositions in
                (change.grown[grown] + [Int.max]).withUnsafeBufferPointer { grownPositions in
                    var drops = Ascending(droppedPositions)
                    var grows = Ascending(grownPositions)
                    var target = Target(plain, row: rows.lowerBound, index: first, limit: limit)
                    let local = matrix.layout.columnIndices.pointer
                    let places = matrix.layout.places.pointer
                    matrix.forEachSegment(gridRow: gridRow) { segment in
                        let rowStart = segment.row &* plain.columns
                        let base = rowStart &+ segment.firstColumn
                        // Copies, which the compiler keeps in registers.
                        var (drop, grow, next) = (drops, grows, target)
                        while grow.next < rowStart {
                            next.append(grow.next, source: firstGrown &+ grow.index)
                            grow.advance(by: 1)
                        }
                        next.endRows(before: segment.row)
                        var i = segment.weights.lowerBound
                        while i < segment.weights.upperBound {
                            let position = base &+ Int(local[i])
                            // Which weights go, and where new ones come between, is chance, which branches would often
                            // foresee wrongly. Each turn writes the lower of the next old and the next new one, and
                            // the turn after overwrites it if it goes. Masks: all ones for true.
                            let isOld = (position &- grow.next &- 1) >> 63
                            let isDropped = ((position ^ drop.next) &- 1) >> 63 & isOld
                            if position == grow.next, isDropped == 0 { occupied.pointee = position + 1 }
                            let lower = grow.next ^ ((position ^ grow.next) & isOld)
                            let grownSource = firstGrown &+ grow.index
                            next.put(
                                column: lower &- rowStart,
                                source: grownSource ^ ((segment.first &+ Int(places[i]) ^ grownSource) & isOld),
                                advance: 1 &+ isDropped)
                            i &-= isOld
                            grow.advance(by: 1 &+ isOld)
                            drop.advance(by: 0 &- isDropped)
                        }
                        (drops, grows, target) = (drop, grow, next)
                    }
                    while grows.next != Int.max {
                        target.append(grows.next, source: firstGrown + grows.index)
                        grows.advance(by: 1)
                    }
                    // One that is not stored was never passed.
                    if drops.next != Int.max { missing.pointee = drops.next + 1 }
                    // The row after the last is the next strip's to write.
                    target.endRows(before: rows.upperBound - 1)
                }
            }
        }
    }

    /// A walk over ascending positions that end with `Int.max`.
    private struct Ascending {
        private let positions: UnsafeBufferPointer<Int>
        /// Index of the next position.
        private(set) var index: Int
        /// The next position.
        private(set) var next: Int

        init(_ positions: UnsafeBufferPointer<Int>) {
            self.positions = positions
            index = 0
            next = positions[0]
        }

        mutating func advance(by step: Int) {
            index &+= step
            next = positions[index]
        }
    }

    /// Where a merge writes next.
    private struct Target {
        private let starts: UnsafeMutablePointer<Int>
        private let columnIndices: UnsafeMutablePointer<UInt32>
        private let sources: UnsafeMutablePointer<UInt32>
        private let columns: Int
        private(set) var row: Int
        private(set) var index: Int
        /// A change that does not fit may have more to write than there is room; what is too much is left out.
        private let limit: Int

        init(_ plain: PlainCSR, row: Int, index: Int, limit: Int) {
            starts = plain.starts.pointer
            columnIndices = plain.columnIndices.pointer
            sources = plain.sources.pointer
            columns = plain.columns
            self.row = row
            self.index = index
            self.limit = limit
            starts[row] = index
        }

        /// Writes a weight of the present row; with `advance` 0 the next one overwrites it.
        mutating func put(column: Int, source: Int, advance: Int) {
            if index >= limit { return }
            columnIndices[index] = UInt32(truncatingIfNeeded: column)
            sources[index] = UInt32(truncatingIfNeeded: source)
            index &+= advance
        }

        mutating func append(_ position: Int, source: Int) {
            if position >= (row + 1) * columns { endRows(before: position / columns) }
            put(column: position - row * columns, source: source, advance: 1)
        }

        mutating func endRows(before target: Int) {
            while row < target {
                row += 1
                starts[row] = index
            }
        }
    }
}
