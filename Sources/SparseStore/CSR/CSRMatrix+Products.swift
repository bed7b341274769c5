internal import SparseKernels

extension CSRMatrix {
    /// Rows of tiles that a product walks before it comes back for the next column of tiles: their outputs stay in the
    /// second-level cache meanwhile (1,024 channels of two panels are 256 KB).
    private static let stripChannels = 1024

    /// Weights (of 8 bytes with their indices) that the second-level cache holds; a larger matrix has its next tile fetched
    /// while the kernel works on one, because no hardware foresees the order in which a transposed tile's values are read.
    private static let cachedWeights = 1 << 17

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
        let values = stored.values
        let tiling = layout.tiling
        let mine = CSRLayout.gridRange(of: part, weightsBefore: layout.weightsBeforeGridRow)
        forEachStrip(mine, side: tiling.side) { strip in
            for gridColumn in 0..<tiling.gridColumns {
                var flags = gridColumn == 0 ? Int32(ST_START) : 0
                if relu, gridColumn == tiling.gridColumns - 1 { flags |= Int32(ST_RELU) }
                forEachPair(panels) { first, count in
                    for gridRow in strip {
                        kernels.forward(
                            layout.tiles.pointer + tiling.tile(gridRow: gridRow, gridColumn: gridColumn),
                            layout.rowRuns.pointer, layout.columnIndices.pointer, values.pointer,
                            gridColumn == 0 ? bias?.pointer : nil, x + first * xStride, xStride, y + first * yStride,
                            yStride, count, flags)
                    }
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
        let tiling = layout.tiling
        let mine = CSRLayout.gridRange(of: part, weightsBefore: layout.weightsBeforeGridColumn)
        let fetchesAhead = layout.count > CSRMatrix.cachedWeights
        forEachStrip(mine, side: tiling.side) { strip in
            for gridRow in 0..<tiling.gridRows {
                for gridColumn in strip {
                    let tile = layout.tiles.pointer + tiling.tile(gridRow: gridRow, gridColumn: gridColumn)
                    let next = fetchesAhead && gridColumn + 1 < strip.upperBound ? tile + tiling.gridRows : nil
                    forEachPair(panels) { first, count in
                        kernels.input_gradient(
                            tile, first == panels.lowerBound ? next : nil, layout.columnRuns.pointer,
                            layout.rowIndices.pointer, layout.places.pointer, values.pointer, dy + first * dyStride,
                            dyStride, dx + first * dxStride, dxStride, count, gridRow == 0 ? Int32(ST_START) : 0)
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
        for tile in layout.tileRange(of: part) {
            kernels.weight_gradient(
                layout.tiles.pointer + tile, layout.rowRuns.pointer, layout.columnIndices.pointer, x, xStride, dy,
                dyStride, panels.count, gradient.pointer)
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

    private func forEachStrip(_ lines: Range<Int>, side: Int, _ body: (Range<Int>) -> Void) {
        let height = max(1, CSRMatrix.stripChannels / side)
        var first = lines.lowerBound
        while first < lines.upperBound {
            body(first..<min(first + height, lines.upperBound))
            first += height
        }
    }
}
