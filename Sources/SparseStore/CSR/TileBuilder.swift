internal import SparseKernels

/// Fills one row of tiles of a layout from plain CSR.
struct TileBuilder {
    private let layout: CSRLayout
    private let plain: PlainCSR
    private let sources: AlignedBuffer<UInt32>

    init(_ layout: CSRLayout, _ plain: PlainCSR, _ sources: AlignedBuffer<UInt32>) {
        precondition(sources.count == plain.count)
        self.layout = layout
        self.plain = plain
        self.sources = sources
    }

    func build(gridRow: Int) {
        let side = layout.tiling.side
        let firstRow = gridRow * side
        let height = min(side, layout.rows - firstRow)
        // Where the next tile begins in each row; moves right from tile to tile.
        var cursor = (0..<height).map { plain.starts.pointer[firstRow + $0] }
        var ends = cursor
        var rowCounts = [UInt32](repeating: 0, count: height)
        var rowPlaces = [UInt32](repeating: 0, count: height)
        var columnCounts = [UInt32](repeating: 0, count: side)
        var columnPlaces = [UInt32](repeating: 0, count: side)
        var bins = [UInt32](repeating: 0, count: side + 1)
        let (columns, plainSources) = (plain.columnIndices.pointer, plain.sources.pointer)
        for gridColumn in 0..<layout.tiling.gridColumns {
            let firstColumn = gridColumn * side
            let width = min(side, layout.columns - firstColumn)
            let index = layout.tiling.tile(gridRow: gridRow, gridColumn: gridColumn)
            let tile = layout.tiles.pointer + index
            let first = Int(tile.pointee.first)

            for column in 0..<width { columnCounts[column] = 0 }
            for row in 0..<height {
                var i = cursor[row]
                let end = plain.starts.pointer[firstRow + row + 1]
                while i < end, Int(columns[i]) < firstColumn + width {
                    columnCounts[Int(columns[i]) - firstColumn] += 1
                    i += 1
                }
                ends[row] = i
                rowCounts[row] = UInt32(i - cursor[row])
            }
            tile.pointee.empty_rows = TileBuilder.order(
                rowCounts, height, layout.rowRuns.pointer + Int(tile.pointee.row_runs), &rowPlaces, &bins)
            tile.pointee.empty_columns = TileBuilder.order(
                columnCounts, width, layout.columnRuns.pointer + Int(tile.pointee.column_runs), &columnPlaces, &bins
            )

            let columnIndices = layout.columnIndices.pointer + first
            let rowIndices = layout.rowIndices.pointer + first
            let places = layout.places.pointer + first
            let tileSources = sources.pointer + first
            for row in 0..<height {
                var place = Int(rowPlaces[row])
                for i in cursor[row]..<ends[row] {
                    let column = Int(columns[i]) - firstColumn
                    columnIndices[place] = UInt16(truncatingIfNeeded: column)
                    tileSources[place] = plainSources[i]
                    let turned = Int(columnPlaces[column])
                    columnPlaces[column] += 1
                    rowIndices[turned] = UInt16(truncatingIfNeeded: row)
                    places[turned] = UInt16(truncatingIfNeeded: place)
                    place += 1
                }
                cursor[row] = ends[row]
            }
        }
    }

    /// Writes the runs of `n` lines in order of (count, index), and where each line's weights begin. Returns the number
    /// of empty lines.
    private static func order(
        _ counts: [UInt32], _ n: Int, _ runs: UnsafeMutablePointer<st_run>, _ places: inout [UInt32],
        _ bins: inout [UInt32]
    ) -> UInt32 {
        var largest = 0
        for i in 0..<n { largest = max(largest, Int(counts[i])) }
        for bin in 0...largest { bins[bin] = 0 }
        for i in 0..<n { bins[Int(counts[i])] += 1 }
        let empty = bins[0]
        var before: UInt32 = 0
        for bin in 0...largest {
            let lines = bins[bin]
            bins[bin] = before
            before += lines
        }
        for i in 0..<n {
            let bin = Int(counts[i])
            runs[Int(bins[bin])] = st_run(index: UInt16(i), count: UInt16(truncatingIfNeeded: counts[i]))
            bins[bin] += 1
        }
        var place: UInt32 = 0
        for k in 0..<n {
            places[Int(runs[k].index)] = place
            place += UInt32(runs[k].count)
        }
        return empty
    }
}
