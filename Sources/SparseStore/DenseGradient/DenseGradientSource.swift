/// One batch's share of a dense gradient, some rows at a time.
protocol DenseGradientSource: Sendable {
    /// scores[row][column] (+)= the gradient of these rows, rows `width` floats apart; its absolute value if `absolute`.
    func product(rows: Range<Int>, accumulate: Bool, absolute: Bool, into scores: AlignedBuffer<Float>, width: Int)
}

extension GradientBatch {
    /// The batch as growth reads it.
    /// - Parameter columns: those of a linear layer that are looked at; a convolution's are all.
    func source(
        _ convolution: ConvolutionGeometry?, columns: Range<Int>, workers: Workers
    ) -> any DenseGradientSource {
        if let convolution { return ConvolutionInputs(self, convolution) }
        return PackedInputs(self, columns: columns, workers: workers)
    }
}

extension GradientBatch {
    /// scale x the gradient of the single weight at this row and column, summed in one fixed order.
    func gradient(row: Int, column: Int, _ convolution: ConvolutionGeometry?) -> Float {
        guard let g = convolution else {
            return scale * product(row: row * Panels.lanes, column: column * Panels.lanes, pixels: 1, inputStep: 0)
        }
        let (channel, element) = g.place(ofColumn: column)
        let source = (row / g.groupOutputs * g.groupInputs + channel) * input.mapStride
        let (inputRow, gradientRow) = (input.columns + 2 * input.halo, outputGradient.columns + 2 * outputGradient.halo)
        let firstRow = element / g.kernelColumns * g.dilation + input.halo - g.padding
        let firstColumn = element % g.kernelColumns * g.dilation + input.halo - g.padding
        var sum: Float = 0
        for y in 0..<g.outputRows {
            sum += product(
                row: row * outputGradient.mapStride
                    + ((y + outputGradient.halo) * gradientRow + outputGradient.halo) * Panels.lanes,
                column: source + ((firstRow + y * g.stride) * inputRow + firstColumn) * Panels.lanes,
                pixels: g.outputColumns, inputStep: g.stride * Panels.lanes)
        }
        return scale * sum
    }

    /// The sum over panels, lanes and `pixels` neighbouring pixels of the gradient that begins at `row` in a panel times the
    /// input that begins at `column`.
    private func product(row: Int, column: Int, pixels: Int, inputStep: Int) -> Float {
        var sum = SIMD16<Float>.zero
        for panel in 0..<Panels.count(samples) {
            let a = outputGradient.buffer.pointer + panel * outputGradient.panelStride + row
            let b = input.buffer.pointer + panel * input.panelStride + column
            for pixel in 0..<pixels {
                for half in [0, 16] {
                    let x = UnsafeRawPointer(a + pixel * Panels.lanes + half).load(as: SIMD16<Float>.self)
                    let y = UnsafeRawPointer(b + pixel * inputStep + half).load(as: SIMD16<Float>.self)
                    sum += x * y
                }
            }
        }
        return sum.sum()
    }

    /// Traps unless the batch belongs to a layer of this shape: the one check before the unchecked loops.
    func check(rows: Int, columns: Int, _ convolution: ConvolutionGeometry?) {
        precondition(samples <= min(input.capacity, outputGradient.capacity), "more samples than the panels hold")
        if let g = convolution {
            precondition(
                input.channels == g.inputChannels && input.rows == g.inputRows && input.columns == g.inputColumns
                    && input.halo >= g.padding && outputGradient.channels == g.outputChannels
                    && outputGradient.rows == g.outputRows && outputGradient.columns == g.outputColumns,
                "a gradient batch of another shape than the convolution's")
        } else {
            precondition(
                input.panelSize == columns * Panels.lanes && outputGradient.panelSize == rows * Panels.lanes,
                "a gradient batch does not fit a \(rows) x \(columns) matrix")
        }
    }
}
