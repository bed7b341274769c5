internal import SparseKernels

/// Where each weight of a CSR matrix lies: the tiles, their rows and columns in order of their number of weights, and for
/// each weight its column (in row order), and its row and place (in column order: the transposed view). A pure function
/// of the topology: the same positions give the same layout, whatever changes led to them.
struct CSRLayout {
    let rows: Int
    let columns: Int
    let count: Int
    let tiling: CSRTiling
    let tiles: AlignedBuffer<st_tile>
    let rowRuns: AlignedBuffer<st_run>
    let columnRuns: AlignedBuffer<st_run>
    /// Column within the tile of each weight, in store order.
    let columnIndices: AlignedBuffer<UInt16>
    /// Row within the tile of each weight, in the tile's column order.
    let rowIndices: AlignedBuffer<UInt16>
    /// Place among the tile's weights of each weight, in the tile's column order.
    let places: AlignedBuffer<UInt16>
    /// Weights before each row of tiles, and before each column of tiles.
    let weightsBeforeGridRow: [Int]
    let weightsBeforeGridColumn: [Int]

    /// Bytes of all index arrays.
    var byteCount: Int {
        tiles.byteCount + rowRuns.byteCount + columnRuns.byteCount + columnIndices.byteCount + rowIndices.byteCount
            + places.byteCount
    }

    /// Lays `plain` out. `sources` gets, for each weight in store order, its source.
    init(_ plain: PlainCSR, tiling wanted: CSRTiling?, sources: AlignedBuffer<UInt32>, workers: Workers) {
        rows = plain.rows
        columns = plain.columns
        count = plain.count
        var tiling = wanted ?? CSRTiling(rows: rows, columns: columns, stored: count)
        var counts = CSRLayout.tileCounts(plain, tiling, workers)
        while counts.contains(where: { $0 > CSRTiling.capacity }) {
            tiling = tiling.halved(rows: rows, columns: columns)
            counts = CSRLayout.tileCounts(plain, tiling, workers)
        }
        self.tiling = tiling
        tiles = AlignedBuffer(count: tiling.tileCount)
        rowRuns = AlignedBuffer(count: rows * tiling.gridColumns)
        columnRuns = AlignedBuffer(count: columns * tiling.gridRows)
        columnIndices = AlignedBuffer(count: count)
        rowIndices = AlignedBuffer(count: count)
        places = AlignedBuffer(count: count)

        var first = 0
        var (rowRun, columnRun) = (0, 0)
        var before = (rows: [Int](repeating: 0, count: tiling.gridRows + 1), columns: [0])
        for gridColumn in 0..<tiling.gridColumns {
            for gridRow in 0..<tiling.gridRows {
                let index = tiling.tile(gridRow: gridRow, gridColumn: gridColumn)
                var tile = st_tile()
                tile.row = UInt32(gridRow * tiling.side)
                tile.column = UInt32(gridColumn * tiling.side)
                tile.row_run_count = UInt32(min(tiling.side, rows - gridRow * tiling.side))
                tile.column_run_count = UInt32(min(tiling.side, columns - gridColumn * tiling.side))
                tile.count = UInt32(counts[index])
                tile.first = UInt64(first)
                tile.row_runs = UInt64(rowRun)
                tile.column_runs = UInt64(columnRun)
                tiles.pointer[index] = tile
                first += counts[index]
                rowRun += Int(tile.row_run_count)
                columnRun += Int(tile.column_run_count)
                before.rows[gridRow + 1] += counts[index]
            }
            before.columns.append(first)
        }
        for gridRow in 0..<tiling.gridRows { before.rows[gridRow + 1] += before.rows[gridRow] }
        weightsBeforeGridRow = before.rows
        weightsBeforeGridColumn = before.columns

        let layout = self
        workers.run(tasks: tiling.gridRows) { gridRow in
            TileBuilder(layout, plain, sources).build(gridRow: gridRow)
        }
    }

    /// Weights in each tile.
    private static func tileCounts(_ plain: PlainCSR, _ tiling: CSRTiling, _ workers: Workers) -> [Int] {
        let counts = AlignedBuffer<Int>(count: tiling.tileCount)
        workers.run(tasks: tiling.gridRows) { gridRow in
            let rows = gridRow * tiling.side..<min(plain.rows, (gridRow + 1) * tiling.side)
            let columns = plain.columnIndices.pointer
            for row in rows {
                var i = plain.starts.pointer[row]
                let end = plain.starts.pointer[row + 1]
                while i < end {
                    let gridColumn = Int(columns[i]) / tiling.side
                    let limit = (gridColumn + 1) * tiling.side
                    let from = i
                    while i < end, Int(columns[i]) < limit { i += 1 }
                    counts.pointer[tiling.tile(gridRow: gridRow, gridColumn: gridColumn)] += i - from
                }
            }
        }
        return counts.array
    }

    /// Range of store order that belongs to whole tiles `tileRange`.
    func storeRange(ofTiles range: Range<Int>) -> Range<Int> {
        let start = range.lowerBound < tiles.count ? Int(tiles.pointer[range.lowerBound].first) : count
        let end = range.upperBound < tiles.count ? Int(tiles.pointer[range.upperBound].first) : count
        return start..<end
    }

    /// The tiles of a part of all weights, cut so that parts have about equal numbers of weights.
    func tileRange(of part: Part) -> Range<Int> {
        func boundary(_ k: Int) -> Int {
            if k == 0 { return 0 }
            if k == part.count { return tiles.count }
            let wanted = count * k / part.count
            var (low, high) = (0, tiles.count)
            while low < high {
                let middle = (low + high) / 2
                if Int(tiles.pointer[middle].first) < wanted { low = middle + 1 } else { high = middle }
            }
            return low
        }
        return boundary(part.index)..<boundary(part.index + 1)
    }

    /// Rows (or columns) of tiles of a part, cut where the weights before them reach the part's share.
    static func gridRange(of part: Part, weightsBefore: [Int]) -> Range<Int> {
        let lines = weightsBefore.count - 1
        // A line costs something even when it is empty.
        let total = weightsBefore[lines] + lines
        func boundary(_ k: Int) -> Int {
            let wanted = total * k / part.count
            var (low, high) = (0, lines)
            while low < high {
                let middle = (low + high) / 2
                if weightsBefore[middle] + middle < wanted { low = middle + 1 } else { high = middle }
            }
            return low
        }
        return boundary(part.index)..<(part.index + 1 == part.count ? lines : boundary(part.index + 1))
    }
}
