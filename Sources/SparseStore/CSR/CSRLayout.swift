internal import SparseKernels

/// Where each weight of a CSR matrix lies: the tiles, their rows and columns in order of their number of weights, and for
/// each weight its row (in column order, which is the store's), and its column and place (in row order: the view of the forward
/// product). A pure function of the topology: the same positions give the same layout, whatever changes led to them.
struct CSRLayout {
    let rows: Int
    let columns: Int
    let count: Int
    let tiling: CSRTiling
    let tiles: AlignedBuffer<Tile>
    let rowRuns: AlignedBuffer<st_run>
    let columnRuns: AlignedBuffer<st_run>
    /// Row within the tile of each weight, in store order.
    let rowIndices: AlignedBuffer<UInt16>
    /// Column within the tile of each weight, in the tile's row order.
    let columnIndices: AlignedBuffer<UInt16>
    /// Place among the tile's weights of each weight, in the tile's row order.
    let places: AlignedBuffer<UInt16>
    /// For each tile and each of its groups of rows, the weights of the tile before it in row order; and of its groups of columns.
    let rowGroupFirsts: AlignedBuffer<UInt32>
    let columnGroupFirsts: AlignedBuffer<UInt32>
    /// Weights before each row of tiles, before each group of rows, and before each group of columns.
    let weightsBeforeGridRow: [Int]
    private(set) var weightsBeforeRowGroup: [Int] = []
    private(set) var weightsBeforeColumnGroup: [Int] = []

    /// The weights of one tile, row by row or column by column.
    struct Tile: BitwiseCopyable {
        /// First weight, of at most 65,536.
        var first = 0
        var count = 0
        /// First row run and first column run.
        var rowRuns = 0
        var columnRuns = 0
        /// Their numbers: every row and column of the tile has a run, the shorter ones first.
        var rowRunCount = 0
        var columnRunCount = 0
        /// Row and column of the tile's corner in the matrix.
        var row = 0
        var column = 0
    }

    /// Bytes of all index arrays.
    var byteCount: Int {
        tiles.byteCount + rowRuns.byteCount + columnRuns.byteCount + columnIndices.byteCount + rowIndices.byteCount
            + places.byteCount + rowGroupFirsts.byteCount + columnGroupFirsts.byteCount
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
        rowGroupFirsts = AlignedBuffer(count: tiling.tileCount * tiling.groups)
        columnGroupFirsts = AlignedBuffer(count: tiling.tileCount * tiling.groups)

        var first = 0
        var (rowRun, columnRun) = (0, 0)
        var before = [Int](repeating: 0, count: tiling.gridRows + 1)
        for gridColumn in 0..<tiling.gridColumns {
            for gridRow in 0..<tiling.gridRows {
                let index = tiling.tile(gridRow: gridRow, gridColumn: gridColumn)
                let tile = Tile(
                    first: first, count: counts[index], rowRuns: rowRun, columnRuns: columnRun,
                    rowRunCount: min(tiling.side, rows - gridRow * tiling.side),
                    columnRunCount: min(tiling.side, columns - gridColumn * tiling.side), row: gridRow * tiling.side,
                    column: gridColumn * tiling.side)
                tiles.pointer[index] = tile
                first += counts[index]
                rowRun += tile.rowRunCount
                columnRun += tile.columnRunCount
                before[gridRow + 1] += counts[index]
            }
        }
        for gridRow in 0..<tiling.gridRows { before[gridRow + 1] += before[gridRow] }
        weightsBeforeGridRow = before

        let layout = self
        workers.run(tasks: tiling.gridRows) { gridRow in
            TileBuilder(layout, plain, sources).build(gridRow: gridRow)
        }
        // What the builder found.
        weightsBeforeRowGroup = CSRLayout.weightsBeforeGroup(
            tiles, rowGroupFirsts, tiling, lines: tiling.gridRows, across: tiling.gridColumns
        ) { tiling.tile(gridRow: $0, gridColumn: $1) }
        weightsBeforeColumnGroup = CSRLayout.weightsBeforeGroup(
            tiles, columnGroupFirsts, tiling, lines: tiling.gridColumns, across: tiling.gridRows
        ) { tiling.tile(gridRow: $1, gridColumn: $0) }
    }

    private static func weightsBeforeGroup(
        _ tiles: AlignedBuffer<Tile>, _ firsts: AlignedBuffer<UInt32>, _ tiling: CSRTiling, lines: Int, across: Int,
        _ tile: (Int, Int) -> Int
    ) -> [Int] {
        var before = [0]
        before.reserveCapacity(lines * tiling.groups + 1)
        for line in 0..<lines {
            for group in 0..<tiling.groups {
                var count = 0
                for other in 0..<across {
                    let index = tile(line, other)
                    let next =
                        group + 1 < tiling.groups
                        ? Int(firsts.pointer[index * tiling.groups + group + 1]) : tiles.pointer[index].count
                    count += next - Int(firsts.pointer[index * tiling.groups + group])
                }
                before.append(before[before.count - 1] + count)
            }
        }
        return before
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
        let start = range.lowerBound < tiles.count ? tiles.pointer[range.lowerBound].first : count
        let end = range.upperBound < tiles.count ? tiles.pointer[range.upperBound].first : count
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
                if tiles.pointer[middle].first < wanted { low = middle + 1 } else { high = middle }
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
