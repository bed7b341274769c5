/// The grid of square blocks over a matrix: blocks at the right and lower edge may be partly padding.
struct BlockShape: Equatable {
    /// Sides that have kernels.
    static let sides = [4, 8, 16]

    /// Weights.
    let rows: Int
    let columns: Int
    /// Height and width of a block.
    let side: Int

    /// - Throws: `StoreError` when there is no such matrix, or no kernel for the side.
    init(rows: Int, columns: Int, side: Int) throws(StoreError) {
        _ = try PlainCSR.positionCount(rows: rows, columns: columns)
        guard BlockShape.sides.contains(side) else {
            throw .invalidStructure("no blocks of side \(side); use 4, 8 or 16")
        }
        self.rows = rows
        self.columns = columns
        self.side = side
    }

    /// Blocks in a column of blocks, and in a row.
    var gridRows: Int { (rows + side - 1) / side }
    var gridColumns: Int { (columns + side - 1) / side }
    var gridCount: Int { gridRows * gridColumns }

    /// Weights held for a block, padding included.
    var area: Int { side * side }

    /// True rows and columns of the blocks of a row, or a column, of blocks.
    func height(ofGridRow row: Int) -> Int { min(side, rows - row * side) }
    func width(ofGridColumn column: Int) -> Int { min(side, columns - column * side) }
}
