internal import SparseKernels

/// A sparse matrix of square blocks of 4, 8 or 16 weights a side (format "block4", "block8", "block16"), each stored or
/// absent as a whole: an input that is loaded once serves all rows of a block, which makes it the fastest sparse format.
///
/// Store order is row-major by blocks, and row by row in a block. Rows and columns need not be multiples of the side: blocks
/// at the edge are padded with weights that are and stay 0, have a gradient of 0, and count neither as stored weights nor in
/// scores. Positions are those of blocks: block row * block columns + block column.
///
/// One thread may change the matrix at a time, and none may use it meanwhile; products and reads of disjoint outputs
/// may run concurrently: hence the unchecked conformance.
package final class BlockSparseMatrix: SparseMatrix, @unchecked Sendable {
    package let stored: StoredValues
    let shape: BlockShape
    var layout: BlockLayout
    package internal(set) var forwardSet: ForwardSet?

    /// A matrix of the blocks at `positions` (ascending).
    /// - Parameters:
    ///   - rows: Outputs of the matrix.
    ///   - columns: Inputs of the matrix.
    ///   - side: height and width of a block: 4, 8 or 16.
    ///   - positions: Of the stored units, ascending.
    ///   - values: one for each true weight of these blocks, in row-major order of the whole matrix; none means all 0.
    /// - Throws: `StoreError` when shape, positions or number of values do not form a matrix.
    package init(rows: Int, columns: Int, side: Int, positions: [Int], values: [Float] = []) throws(StoreError) {
        shape = try BlockShape(rows: rows, columns: columns, side: side)
        try BlockSparseMatrix.check(positions, shape)
        layout = BlockLayout(shape, positions: positions)
        stored = StoredValues(AlignedBuffer(count: positions.count * shape.area))
        guard values.isEmpty || values.count == storedWeights else {
            throw .invalidStructure("\(storedWeights) weights in \(positions.count) blocks but \(values.count) values")
        }
        if values.isEmpty { return }
        var next = 0
        forEachRun { run in
            for i in run.store {
                stored.values.pointer[i] = values[next]
                next += 1
            }
        }
    }

    private static func check(_ positions: [Int], _ shape: BlockShape) throws(StoreError) {
        guard positions.count <= Int(Int32.max) / shape.area else {
            throw .tooLarge(rows: shape.rows, columns: shape.columns)
        }
        var previous = -1
        for (i, position) in positions.enumerated() {
            guard position > previous, position < shape.gridCount else {
                throw .invalidStructure(
                    "position \(position) at index \(i) is not in ascending order within 0 ..< \(shape.gridCount)")
            }
            previous = position
        }
    }

    package var rows: Int { shape.rows }
    package var columns: Int { shape.columns }
    package var format: String { "block\(shape.side)" }
    package var unitRows: Int { shape.side }
    package var unitColumns: Int { shape.side }
    package var positionCount: Int { shape.gridCount }
    package var storedCount: Int { layout.count }

    package var storedWeights: Int {
        let edgeColumn = shape.gridColumns - 1
        let narrow = shape.width(ofGridColumn: edgeColumn)
        return (0..<shape.gridRows).reduce(0) { total, row in
            let blocks = layout.blocksBefore(gridRow: row)..<layout.blocksBefore(gridRow: row + 1)
            // Columns ascend: only the last block can be the one at the edge.
            let atEdge = !blocks.isEmpty && Int(layout.columnIndices[blocks.upperBound - 1]) == edgeColumn
            let width = blocks.count * shape.side - (atEdge ? shape.side - narrow : 0)
            return total + width * shape.height(ofGridRow: row)
        }
    }

    package var byteCount: Int {
        layout.byteCount + stored.byteCount + (forwardSet?.byteCount ?? 0)
    }

    package func useForward(_ positions: [Int], penalty: Float) throws(StoreError) {
        try checkForward(positions)
        forwardSet = ForwardSet(
            try BlockSparseMatrix(rows: rows, columns: columns, side: shape.side, positions: positions), of: self,
            penalty: penalty)
    }
}

extension BlockSparseMatrix {
    package func apply(_ change: TopologyChange, workers: Workers) throws(StoreError) {
        if change.isEmpty { return }
        try change.check(positionCount: positionCount, area: shape.area, roles: stored.roles)
        guard storedCount - change.dropped.count + change.grown.count <= Int(Int32.max) / shape.area else {
            throw .tooLarge(rows: rows, columns: columns)
        }
        let merged = try change.merge(into: storedPositions())
        forwardSet = nil
        layout = BlockLayout(shape, positions: merged.positions)
        stored.move(merged.sources, area: shape.area, change: change, workers: workers, clear: clearPadding)
    }

    /// What is given for padding is not taken.
    private func clearPadding(_ array: AlignedBuffer<Float>) {
        let edge = shape.gridColumns - 1
        for gridRow in 0..<shape.gridRows {
            let height = shape.height(ofGridRow: gridRow)
            for block in layout.blocksBefore(gridRow: gridRow)..<layout.blocksBefore(gridRow: gridRow + 1) {
                let column = Int(layout.columnIndices.pointer[block])
                if height == shape.side && column < edge { continue }
                let width = shape.width(ofGridColumn: column)
                for i in 0..<shape.area where i / shape.side >= height || i % shape.side >= width {
                    array.pointer[block * shape.area + i] = 0
                }
            }
        }
    }
}
