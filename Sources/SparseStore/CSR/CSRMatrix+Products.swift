internal import SparseKernels

extension CSRMatrix {
    /// Columns that the way back walks before it comes back for the next row of tiles: their inputs and the gradient of these stay in
    /// the second-level cache meanwhile (1,024 channels of two panels are 256 KB).
    private static let stripChannels = 1024

    package func forward(
        _ input: Panels, into output: Panels, bias: AlignedBuffer<Float>?, relu: Bool, panels: Range<Int>, part: Part
    ) {
        if let forwardSet {
            forwardSet.matrix.forward(input, into: output, bias: bias, relu: relu, panels: panels, part: part)
            return
        }
        forward(
            input, into: output, bias: bias, relu: relu, panels: panels, part: part,
            kernels: InstructionSet.kernels.csr)
    }

    func forward(
        _ input: Panels, into output: Panels, bias: AlignedBuffer<Float>?, relu: Bool, panels: Range<Int>, part: Part,
        kernels: st_csr_kernels
    ) {
        checkProduct(input, output, panels)
        precondition(bias == nil || bias?.count == rows, "a bias has one value per output")
        let (x, y) = (input.buffer.pointer, output.buffer.pointer)
        let (xStride, yStride) = (input.panelStride, output.panelStride)
        let values = rowValues
        let mine = CSRLayout.gridRange(of: part, weightsBefore: layout.weightsBeforeRowGroup)
        let gridColumns = layout.tiling.gridColumns
        forEachPair(panels) { first, count in
            for gridColumn in 0..<gridColumns {
                var flags = gridColumn == 0 ? Int32(ST_START) : 0
                if relu, gridColumn == gridColumns - 1 { flags |= Int32(ST_RELU) }
                layout.tiling.forEachLine(mine) { gridRow, groups in
                    let group = layout.rows(groups, gridRow: gridRow, gridColumn: gridColumn)
                    kernels.product(
                        group.lines, values.pointer + group.first,
                        gridColumn == 0 ? bias.map { UnsafePointer($0.pointer + group.row) } : nil,
                        x + first * xStride + group.column * Panels.lanes, xStride,
                        y + first * yStride + group.row * Panels.lanes, yStride, count, flags)
                }
            }
        }
    }

    package func inputGradient(
        _ outputGradient: Panels, into inputGradient: Panels, panels: Range<Int>, part: Part
    ) {
        if let forwardSet {
            forwardSet.matrix.inputGradient(outputGradient, into: inputGradient, panels: panels, part: part)
            return
        }
        self.inputGradient(
            outputGradient, into: inputGradient, panels: panels, part: part,
            kernels: InstructionSet.kernels.csr)
    }

    func inputGradient(
        _ outputGradient: Panels, into inputGradient: Panels, panels: Range<Int>, part: Part,
        kernels: st_csr_kernels
    ) {
        checkProduct(inputGradient, outputGradient, panels)
        let (dy, dx) = (outputGradient.buffer.pointer, inputGradient.buffer.pointer)
        let (dyStride, dxStride) = (outputGradient.panelStride, inputGradient.panelStride)
        let values = stored.values
        forEachGroup(part) { strip in
            for gridRow in 0..<layout.tiling.gridRows {
                forEachPair(panels) { first, count in
                    layout.tiling.forEachLine(strip) { gridColumn, groups in
                        let group = layout.columns(groups, gridRow: gridRow, gridColumn: gridColumn)
                        kernels.product(
                            group.lines, values.pointer + group.first, nil,
                            dy + first * dyStride + group.row * Panels.lanes, dyStride,
                            dx + first * dxStride + group.column * Panels.lanes, dxStride, count,
                            gridRow == 0 ? Int32(ST_START) : 0)
                    }
                }
            }
        }
    }

    /// A column needs so many rows for its weights to pay for what the pass loads and stores for each column.
    private static let rowsOfJointPass = 64

    /// A forward set has an input gradient of its own, and not every processor gains by one pass.
    package var joinsGradients: Bool {
        forwardSet == nil && rows >= CSRMatrix.rowsOfJointPass && InstructionSet.kernels.csr.backward != nil
    }

    package func gradients(
        input: Panels, outputGradient: Panels, into inputGradient: Panels, panels: Range<Int>, part: Part
    ) {
        gradients(
            input: input, outputGradient: outputGradient, into: inputGradient, panels: panels, part: part,
            kernels: InstructionSet.kernels.csr)
    }

    func gradients(
        input: Panels, outputGradient: Panels, into inputGradient: Panels, panels: Range<Int>, part: Part,
        kernels: st_csr_kernels
    ) {
        guard forwardSet == nil, let backward = kernels.backward else {
            preconditionFailure("both gradients in one pass where there is none")
        }
        checkProduct(inputGradient, outputGradient, panels)
        checkProduct(input, outputGradient, panels)
        let (x, dy, dx) = (input.buffer.pointer, outputGradient.buffer.pointer, inputGradient.buffer.pointer)
        let (xStride, dyStride) = (input.panelStride, outputGradient.panelStride)
        let dxStride = inputGradient.panelStride
        let (values, gradient) = (stored.values, stored.gradient)
        forEachGroup(part) { strip in
            for gridRow in 0..<layout.tiling.gridRows {
                forEachPair(panels) { first, count in
                    var flags = gridRow == 0 ? Int32(ST_START) : 0
                    if first > panels.lowerBound { flags |= Int32(ST_ADD) }
                    layout.tiling.forEachLine(strip) { gridColumn, groups in
                        let group = layout.columns(groups, gridRow: gridRow, gridColumn: gridColumn)
                        let (row, column) = (group.row * Panels.lanes, group.column * Panels.lanes)
                        backward(
                            group.lines, values.pointer + group.first, x + first * xStride + column, xStride,
                            dy + first * dyStride + row, dyStride, dx + first * dxStride + column, dxStride, count,
                            gradient.pointer + group.first, flags)
                    }
                }
            }
        }
    }

    package func weightGradient(input: Panels, outputGradient: Panels, panels: Range<Int>, part: Part) {
        weightGradient(
            input: input, outputGradient: outputGradient, panels: panels, part: part,
            kernels: InstructionSet.kernels.csr)
    }

    func weightGradient(
        input: Panels, outputGradient: Panels, panels: Range<Int>, part: Part, kernels: st_csr_kernels
    ) {
        checkProduct(input, outputGradient, panels)
        let (xStride, dyStride) = (input.panelStride, outputGradient.panelStride)
        let x = input.buffer.pointer + panels.lowerBound * xStride
        let dy = outputGradient.buffer.pointer + panels.lowerBound * dyStride
        let gradient = stored.gradient
        for index in layout.tileRange(of: part) {
            let tile = layout.tiles.pointer[index]
            kernels.weight_gradient(
                layout.columns(of: tile), dy + tile.row * Panels.lanes, dyStride, x + tile.column * Panels.lanes,
                xStride,
                panels.count, gradient.pointer + tile.first)
        }
    }

    package func storeRange(of part: Part) -> Range<Int> { layout.storeRange(ofTiles: layout.tileRange(of: part)) }

    /// The kernels walk two panels at once; pairs begin at even panels, so that the cut of a batch into calls does not
    /// matter.
    private func forEachPair(_ panels: Range<Int>, _ body: (Int, Int) -> Void) {
        var first = panels.lowerBound
        while first < panels.upperBound {
            let count = first % 2 == 0 ? min(2, panels.upperBound - first) : 1
            body(first, count)
            first += count
        }
    }

    /// Strips of the groups of columns that a part owns.
    private func forEachGroup(_ part: Part, _ body: (Range<Int>) -> Void) {
        let mine = CSRLayout.gridRange(of: part, weightsBefore: layout.weightsBeforeColumnGroup)
        let width = max(1, CSRMatrix.stripChannels / layout.tiling.groupWidth)
        for first in stride(from: mine.lowerBound, to: mine.upperBound, by: width) {
            body(first..<min(first + width, mine.upperBound))
        }
    }
}

extension CSRLayout {
    /// All columns of a tile as the kernels take them.
    func columns(of tile: Tile) -> st_lines {
        st_lines(
            runs: columnRuns.pointer + tile.columnRuns, count: tile.columnRunCount,
            across: rowIndices.pointer + tile.first)
    }

    /// Some lines of one tile, their first weight, and the corner of the tile.
    typealias Lines = (lines: st_lines, first: Int, row: Int, column: Int)

    /// Neighbouring groups of rows of a tile, whose weights are in row order.
    func rows(_ groups: Range<Int>, gridRow: Int, gridColumn: Int) -> Lines {
        let index = tiling.tile(gridRow: gridRow, gridColumn: gridColumn)
        let tile = tiles.pointer[index]
        let rows = tiling.lines(ofGroups: groups, of: tile.rowRunCount)
        let first = tile.first + Int(rowGroupFirsts.pointer[index * tiling.groups + groups.lowerBound])
        let lines = st_lines(
            runs: rowRuns.pointer + tile.rowRuns + rows.lowerBound, count: rows.count,
            across: columnIndices.pointer + first)
        return (lines, first, tile.row, tile.column)
    }

    /// Neighbouring groups of columns of a tile, whose weights are in store order.
    func columns(_ groups: Range<Int>, gridRow: Int, gridColumn: Int) -> Lines {
        let index = tiling.tile(gridRow: gridRow, gridColumn: gridColumn)
        let tile = tiles.pointer[index]
        let columns = tiling.lines(ofGroups: groups, of: tile.columnRunCount)
        let first = tile.first + Int(columnGroupFirsts.pointer[index * tiling.groups + groups.lowerBound])
        let lines = st_lines(
            runs: columnRuns.pointer + tile.columnRuns + columns.lowerBound, count: columns.count,
            across: rowIndices.pointer + first)
        return (lines, first, tile.row, tile.column)
    }
}
