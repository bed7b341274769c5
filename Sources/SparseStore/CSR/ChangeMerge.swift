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
        let oldCount: Int
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
            oldCount = layout.count
            let before = layout.weightsBeforeGridRow
            first = max(0, before[gridRow] - dropped.lowerBound) + grown.lowerBound
            limit = max(0, before[gridRow + 1] - dropped.upperBound) + grown.upperBound
        }

        func merge(
            _ matrix: CSRMatrix, into plain: PlainCSR, missing: UnsafeMutablePointer<Int>,
            occupied: UnsafeMutablePointer<Int>
        ) {
            change.dropped.withUnsafeBufferPointer { droppedPositions in
                change.grown.withUnsafeBufferPointer { grownPositions in
                    var cursor = Cursor(
                        plain: plain, row: rows.lowerBound, index: first, limit: limit, drop: dropped.lowerBound,
                        grow: grown.lowerBound)
                    let local = matrix.layout.columnIndices.pointer
                    matrix.forEachSegment(gridRow: gridRow) { segment in
                        let base = segment.row * plain.columns + segment.firstColumn
                        for i in segment.store {
                            let position = base + Int(local[i])
                            while cursor.grow < grown.upperBound, grownPositions[cursor.grow] < position {
                                cursor.append(grownPositions[cursor.grow], source: oldCount + cursor.grow)
                                cursor.grow += 1
                            }
                            if cursor.drop < dropped.upperBound, droppedPositions[cursor.drop] == position {
                                cursor.drop += 1
                                continue
                            }
                            if cursor.grow < grown.upperBound, grownPositions[cursor.grow] == position {
                                occupied.pointee = position + 1
                                cursor.grow += 1
                            }
                            if cursor.drop < dropped.upperBound, droppedPositions[cursor.drop] < position {
                                missing.pointee = droppedPositions[cursor.drop] + 1
                            }
                            if occupied.pointee != 0 || missing.pointee != 0 { continue }
                            cursor.append(position, source: i)
                        }
                    }
                    if cursor.drop < dropped.upperBound, missing.pointee == 0 {
                        missing.pointee = droppedPositions[cursor.drop] + 1
                    }
                    if occupied.pointee != 0 || missing.pointee != 0 { return }
                    while cursor.grow < grown.upperBound {
                        cursor.append(grownPositions[cursor.grow], source: oldCount + cursor.grow)
                        cursor.grow += 1
                    }
                    // The row after the last is the next strip's to write.
                    cursor.endRows(before: rows.upperBound - 1)
                }
            }
        }
    }

    /// Where a merge stands: next weight to write, next change to look at.
    private struct Cursor {
        let plain: PlainCSR
        var row: Int
        var index: Int
        /// A change that does not fit may have more to write than there is room; what is too much is left out.
        let limit: Int
        var drop: Int
        var grow: Int

        init(plain: PlainCSR, row: Int, index: Int, limit: Int, drop: Int, grow: Int) {
            self.plain = plain
            self.row = row
            self.index = index
            self.limit = limit
            self.drop = drop
            self.grow = grow
            plain.starts.pointer[row] = index
        }

        mutating func append(_ position: Int, source: Int) {
            if index == limit { return }
            if position >= (row + 1) * plain.columns { endRows(before: position / plain.columns) }
            plain.columnIndices.pointer[index] = UInt32(truncatingIfNeeded: position - row * plain.columns)
            plain.sources.pointer[index] = UInt32(truncatingIfNeeded: source)
            index += 1
        }

        mutating func endRows(before target: Int) {
            while row < target {
                row += 1
                plain.starts.pointer[row] = index
            }
        }
    }
}
