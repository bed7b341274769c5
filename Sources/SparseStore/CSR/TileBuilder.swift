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
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: Scratch.parts * (side + 1)) { memory in
            memory.initialize(repeating: 0)
            guard let base = memory.baseAddress else { return }
            build(gridRow: gridRow, Scratch(base, part: side + 1))
        }
    }

    /// Counters for the rows and columns of one tile, side + 1 each.
    private struct Scratch {
        static let parts = 6
        /// Index of the tile's first weight in each row; moves right from tile to tile.
        let starts: UnsafeMutablePointer<UInt32>
        let rowCounts: UnsafeMutablePointer<UInt32>
        let rowPlaces: UnsafeMutablePointer<UInt32>
        let columnCounts: UnsafeMutablePointer<UInt32>
        let columnPlaces: UnsafeMutablePointer<UInt32>
        let bins: UnsafeMutablePointer<UInt32>

        init(_ base: UnsafeMutablePointer<UInt32>, part: Int) {
            func pointer(_ k: Int) -> UnsafeMutablePointer<UInt32> {
                base + k * part
            }
            starts = pointer(0)
            rowCounts = pointer(1)
            rowPlaces = pointer(2)
            columnCounts = pointer(3)
            columnPlaces = pointer(4)
            bins = pointer(5)
        }
    }

    private func build(gridRow: Int, _ scratch: Scratch) {
        let side = layout.tiling.side
        let firstRow = gridRow * side
        let height = min(side, layout.rows - firstRow)
        let rowEnds = plain.starts.pointer + firstRow + 1
        for row in 0..<height {
            scratch.starts[row] = UInt32(truncatingIfNeeded: plain.starts.pointer[firstRow + row])
        }
        let (columns, plainSources) = (plain.columnIndices.pointer, plain.sources.pointer)
        for gridColumn in 0..<layout.tiling.gridColumns {
            let firstColumn = gridColumn * side
            let width = min(side, layout.columns - firstColumn)
            let index = layout.tiling.tile(gridRow: gridRow, gridColumn: gridColumn)
            let tile = layout.tiles.pointer + index
            let first = tile.pointee.first

            let limit = UInt32(firstColumn + width)
            scratch.columnCounts.update(repeating: 0, count: width)
            for row in 0..<height {
                let start = Int(scratch.starts[row])
                var i = start
                let end = rowEnds[row]
                while i < end, columns[i] < limit {
                    scratch.columnCounts[Int(columns[i]) - firstColumn] += 1
                    i += 1
                }
                scratch.rowCounts[row] = UInt32(i - start)
            }
            let groups = layout.tiling.groups
            var (rowsBefore, columnsBefore) = (UInt32(0), UInt32(0))
            for group in 0..<groups {
                layout.rowGroupFirsts.pointer[index * groups + group] = rowsBefore
                rowsBefore = TileBuilder.order(
                    scratch.rowCounts, layout.tiling.lines(ofGroup: group, of: height),
                    layout.rowRuns.pointer + tile.pointee.rowRuns, scratch.rowPlaces, scratch.bins, from: rowsBefore)
                layout.columnGroupFirsts.pointer[index * groups + group] = columnsBefore
                columnsBefore = TileBuilder.order(
                    scratch.columnCounts, layout.tiling.lines(ofGroup: group, of: width),
                    layout.columnRuns.pointer + tile.pointee.columnRuns, scratch.columnPlaces, scratch.bins,
                    from: columnsBefore)
            }

            let columnIndices = layout.columnIndices.pointer + first
            let rowIndices = layout.rowIndices.pointer + first
            let places = layout.places.pointer + first
            let tileSources = sources.pointer + first
            for row in 0..<height {
                var place = Int(scratch.rowPlaces[row])
                let start = Int(scratch.starts[row])
                let end = start + Int(scratch.rowCounts[row])
                for i in start..<end {
                    let column = Int(columns[i]) - firstColumn
                    let stored = Int(scratch.columnPlaces[column])
                    scratch.columnPlaces[column] += 1
                    rowIndices[stored] = UInt16(truncatingIfNeeded: row)
                    tileSources[stored] = plainSources[i]
                    columnIndices[place] = UInt16(truncatingIfNeeded: column)
                    places[place] = UInt16(truncatingIfNeeded: stored)
                    place += 1
                }
                scratch.starts[row] = UInt32(end)
            }
        }
    }

    /// Writes the runs of some lines, from the first of these on, in order of (count, index), and where each line's weights
    /// begin. Returns where those of the lines after would. No line has more than a tile's side of weights: `bins` has room for a
    /// counter of each number.
    private static func order(
        _ counts: UnsafeMutablePointer<UInt32>, _ lines: Range<Int>, _ runs: UnsafeMutablePointer<st_run>,
        _ places: UnsafeMutablePointer<UInt32>, _ bins: UnsafeMutablePointer<UInt32>, from start: UInt32
    ) -> UInt32 {
        var largest = 0
        for i in lines { largest = max(largest, Int(counts[i])) }
        bins.update(repeating: 0, count: largest + 1)
        for i in lines { bins[Int(counts[i])] += 1 }
        var before = UInt32(truncatingIfNeeded: lines.lowerBound)
        for bin in 0...largest {
            let count = bins[bin]
            bins[bin] = before
            before += count
        }
        for i in lines {
            let bin = Int(counts[i])
            runs[Int(bins[bin])] = st_run(
                index: UInt16(truncatingIfNeeded: i), count: UInt16(truncatingIfNeeded: counts[i]))
            bins[bin] += 1
        }
        var place = start
        for k in lines {
            places[Int(runs[k].index)] = place
            place += UInt32(runs[k].count)
        }
        return place
    }
}
