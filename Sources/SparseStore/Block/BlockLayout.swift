internal import SparseKernels

/// Which blocks are stored: row-major by rows of blocks, and (the transposed view) by columns of blocks. Rows are cut into
/// strips whose inputs, all panels of a batch of 128, stay in the second-level cache while the weight gradient's rows pass.
struct BlockLayout {
    /// Columns of weights in a strip (512 bytes each for a batch of 128).
    static let stripColumns = 512

    let shape: BlockShape
    let count: Int
    let strips: Int
    /// First block of each strip of each row of blocks; one more at the end.
    let rowStarts: AlignedBuffer<UInt32>
    /// Column of blocks of each block.
    let columnIndices: AlignedBuffer<UInt32>
    /// First entry of each column of blocks in the arrays that follow; one more at the end.
    let columnStarts: AlignedBuffer<UInt32>
    /// Row of blocks of each block, column by column.
    let rowIndices: AlignedBuffer<UInt32>
    /// Place of each block in store order, column by column.
    let places: AlignedBuffer<UInt32>

    /// - Parameter positions: positions in the grid, ascending and in range.
    init(_ shape: BlockShape, positions: [Int]) {
        self.shape = shape
        count = positions.count
        // Twice as many still fit: one strip then costs less than two.
        let isNarrow = shape.gridColumns * shape.side <= 2 * BlockLayout.stripColumns
        let stripBlocks = isNarrow ? shape.gridColumns : BlockLayout.stripColumns / shape.side
        strips = (shape.gridColumns + stripBlocks - 1) / stripBlocks
        rowStarts = AlignedBuffer(count: shape.gridRows * strips + 1)
        columnStarts = AlignedBuffer(count: shape.gridColumns + 1)
        columnIndices = AlignedBuffer(count: count)
        rowIndices = AlignedBuffer(count: count)
        places = AlignedBuffer(count: count)

        for position in positions {
            let (row, column) = position.quotientAndRemainder(dividingBy: shape.gridColumns)
            rowStarts[row * strips + column / stripBlocks + 1] += 1
            columnStarts[column + 1] += 1
        }
        for i in 1..<rowStarts.count { rowStarts[i] += rowStarts[i - 1] }
        for i in 1..<columnStarts.count { columnStarts[i] += columnStarts[i - 1] }
        var next = columnStarts.array
        for (place, position) in positions.enumerated() {
            let (row, column) = position.quotientAndRemainder(dividingBy: shape.gridColumns)
            columnIndices[place] = UInt32(column)
            let entry = Int(next[column])
            next[column] += 1
            rowIndices[entry] = UInt32(row)
            places[entry] = UInt32(place)
        }
    }

    /// Bytes of all index arrays.
    var byteCount: Int {
        rowStarts.byteCount + columnIndices.byteCount + columnStarts.byteCount + rowIndices.byteCount + places.byteCount
    }

    /// Blocks before a row of blocks, and before a column of blocks.
    func blocksBefore(gridRow: Int) -> Int { Int(rowStarts.pointer[gridRow * strips]) }
    func blocksBefore(gridColumn: Int) -> Int { Int(columnStarts.pointer[gridColumn]) }

    /// Rows of blocks of a part, cut so that parts have about equal numbers of blocks.
    func gridRows(of part: Part) -> Range<Int> {
        BlockLayout.lines(of: part, count: shape.gridRows, blocks: count, blocksBefore: { blocksBefore(gridRow: $0) })
    }

    /// The same for columns of blocks.
    func gridColumns(of part: Part) -> Range<Int> {
        BlockLayout.lines(
            of: part, count: shape.gridColumns, blocks: count, blocksBefore: { blocksBefore(gridColumn: $0) })
    }

    private static func lines(of part: Part, count: Int, blocks: Int, blocksBefore: (Int) -> Int) -> Range<Int> {
        // A line costs something even when it is empty.
        let total = blocks + count
        func boundary(_ k: Int) -> Int {
            if k == part.count { return count }
            let wanted = total * k / part.count
            var (low, high) = (0, count)
            while low < high {
                let middle = (low + high) / 2
                if blocksBefore(middle) + middle < wanted { low = middle + 1 } else { high = middle }
            }
            return low
        }
        return boundary(part.index)..<boundary(part.index + 1)
    }

    /// The rows of blocks as the kernels see them.
    var rowView: st_block_view {
        st_block_view(
            starts: rowStarts.pointer, strips: strips, indices: columnIndices.pointer, places: nil,
            outputs: shape.rows, inputs: shape.columns)
    }

    /// The columns of blocks as the kernels see them.
    var columnView: st_block_view {
        st_block_view(
            starts: columnStarts.pointer, strips: 1, indices: rowIndices.pointer, places: places.pointer,
            outputs: shape.columns, inputs: shape.rows)
    }
}
