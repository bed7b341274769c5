internal import SparseKernels

extension ConvolutionMatrix {
    public func forward(
        _ input: Panels, into output: Panels, bias: AlignedBuffer<Float>?, relu: Bool, panels: Range<Int>, part: Part
    ) {
        (forwardMatrix ?? self).forward(
            input, into: output, bias: bias, relu: relu, panels: panels, part: part,
            kernels: InstructionSet.kernels.convolution)
    }

    func forward(
        _ input: Panels, into output: Panels, bias: AlignedBuffer<Float>?, relu: Bool, panels: Range<Int>, part: Part,
        kernels: st_convolution_kernels
    ) {
        check(input: input, output: output, panels)
        precondition(input.halo == inputHalo, "an input with another border")
        precondition(bias == nil || bias?.count == rows, "a bias has one value per output")
        var c = forwardGrid(input, output)
        let mine = rowRange(of: part)
        let flags = Int32(ST_START) | (relu ? Int32(ST_RELU) : 0)
        for panel in panels {
            kernels.forward(
                &c, values.pointer, bias?.pointer, input.pointer(panel: panel, channel: 0),
                output.inner(panel: panel), mine.lowerBound, mine.upperBound, flags)
        }
    }

    public func inputGradient(
        _ outputGradient: Panels, into inputGradient: Panels, panels: Range<Int>, part: Part
    ) {
        self.inputGradient(outputGradient, into: inputGradient, adding: false, panels: panels, part: part)
    }

    /// inputGradient (+)= transposed W x outputGradient; `adding` keeps what is there.
    public func inputGradient(
        _ outputGradient: Panels, into inputGradient: Panels, adding: Bool, panels: Range<Int>, part: Part
    ) {
        (forwardMatrix ?? self).inputGradient(
            outputGradient, into: inputGradient, adding: adding, panels: panels, part: part,
            kernels: InstructionSet.kernels.convolution)
    }

    func inputGradient(
        _ outputGradient: Panels, into inputGradient: Panels, adding: Bool, panels: Range<Int>, part: Part,
        kernels: st_convolution_kernels
    ) {
        check(input: inputGradient, output: outputGradient, panels)
        precondition(outputGradient.halo == gradientHalo, "a gradient with another border")
        let mine = part.range(of: geometry.inputChannels)
        let stride = geometry.stride
        let row = (inputGradient.columns + 2 * inputGradient.halo) * Panels.lanes
        let reading = ((outputGradient.columns + 2 * gradientHalo) * Panels.lanes, Panels.lanes)
        for y in 0..<min(stride, geometry.inputRows) {
            for x in 0..<min(stride, geometry.inputColumns) {
                var c = layout.backward.grid(
                    from: (y * stride + x) * geometry.inputChannels,
                    rows: (geometry.inputRows - y + stride - 1) / stride,
                    columns: (geometry.inputColumns - x + stride - 1) / stride, input: reading,
                    output: (stride * row, stride * Panels.lanes), outputChannel: inputGradient.mapStride)
                for panel in panels {
                    kernels.forward(
                        &c, values.pointer, nil, outputGradient.pointer(panel: panel, channel: 0),
                        inputGradient.inner(panel: panel) + y * row + x * Panels.lanes, mine.lowerBound,
                        mine.upperBound, adding ? 0 : Int32(ST_START))
                }
            }
        }
    }

    public func weightGradient(input: Panels, outputGradient: Panels, panels: Range<Int>, part: Part) {
        weightGradient(
            input: input, outputGradient: outputGradient, panels: panels, part: part,
            kernels: InstructionSet.kernels.convolution)
    }

    func weightGradient(
        input: Panels, outputGradient: Panels, panels: Range<Int>, part: Part, kernels: st_convolution_kernels
    ) {
        check(input: input, output: outputGradient, panels)
        precondition(input.halo == inputHalo, "an input with another border")
        var c = forwardGrid(input, outputGradient)
        let mine = rowRange(of: part)
        for panel in panels {
            kernels.weight_gradient(
                &c, input.pointer(panel: panel, channel: 0), outputGradient.inner(panel: panel), mine.lowerBound,
                mine.upperBound, panel > panels.lowerBound ? 1 : 0, gradient.pointer)
        }
    }

    public func storeRange(of part: Part) -> Range<Int> {
        let mine = rowRange(of: part)
        return layout.rowStarts[mine.lowerBound]..<layout.rowStarts[mine.upperBound]
    }

    /// Rows of a part, cut where the weights before them reach the part's share.
    private func rowRange(of part: Part) -> Range<Int> {
        if part.count == 1 { return 0..<rows }
        return CSRLayout.gridRange(of: part, weightsBefore: layout.rowStarts)
    }

    /// Output pixels, and where their inputs are.
    private func forwardGrid(_ input: Panels, _ output: Panels) -> st_convolution {
        layout.forward.grid(
            rows: output.rows, columns: output.columns,
            input: (
                geometry.stride * (input.columns + 2 * inputHalo) * Panels.lanes, geometry.stride * Panels.lanes
            ), output: ((output.columns + 2 * output.halo) * Panels.lanes, Panels.lanes),
            outputChannel: output.mapStride)
    }

    private func check(input: Panels, output: Panels, _ panels: Range<Int>) {
        let g = geometry
        precondition(
            input.channels == g.inputChannels && input.rows == g.inputRows && input.columns == g.inputColumns
                && output.channels == g.outputChannels && output.rows == g.outputRows
                && output.columns == g.outputColumns,
            "panels of another shape than the convolution's")
        precondition(
            panels.lowerBound >= 0 && panels.upperBound <= min(input.panelCount, output.panelCount),
            "panels out of range")
    }
}

extension Panels {
    /// First float of pixel (0, 0) of channel 0 in a panel that has been checked.
    func inner(panel: Int) -> UnsafeMutablePointer<Float> {
        pointer(panel: panel, channel: 0) + halo * (columns + 2 * halo + 1) * Panels.lanes
    }
}
