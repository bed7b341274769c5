internal import SparseKernels

/// The three products of a convolution, whatever way its weights are stored. A pure function of geometry and topology.
struct ConvolutionProducts {
    let geometry: ConvolutionGeometry
    /// Borders of the panels that the products take: of the input, and of the gradient of the output.
    let inputHalo: Int
    let gradientHalo: Int
    let forward: ConvolutionTaps
    /// Lines of the input channels on the pixels of one phase, phase after phase.
    let backward: ConvolutionTaps

    var byteCount: Int { forward.byteCount + backward.byteCount }

    /// output = activation(W input + bias) for the given panels and lines.
    func forward(
        _ input: Panels, into output: Panels, values: AlignedBuffer<Float>, bias: AlignedBuffer<Float>?, relu: Bool,
        panels: Range<Int>, lines: Range<Int>, kernels: st_kernels
    ) {
        check(input: input, output: output, panels)
        precondition(input.halo == inputHalo, "an input with another border")
        precondition(bias == nil || bias?.count == geometry.rows, "a bias has one value per output")
        if panels.isEmpty || lines.isEmpty { return }
        var c = forwardGrid(input, output)
        forward.kernels(kernels).forward(
            &c, values.pointer, bias?.pointer, input.pointer(panel: panels.lowerBound, channel: 0),
            output.inner(panel: panels.lowerBound), panels.count, lines.lowerBound, lines.upperBound,
            Int32(ST_START) | (relu ? Int32(ST_RELU) : 0))
    }

    /// inputGradient (+)= transposed W x outputGradient for the given panels and part of the input channels.
    func inputGradient(
        _ outputGradient: Panels, into inputGradient: Panels, values: AlignedBuffer<Float>, adding: Bool,
        panels: Range<Int>, part: Part, kernels: st_kernels
    ) {
        check(input: inputGradient, output: outputGradient, panels)
        precondition(outputGradient.halo == gradientHalo, "a gradient with another border")
        let stride = geometry.stride
        let phaseLines = backward.lines / (stride * stride)
        let mine = part.range(of: phaseLines)
        if panels.isEmpty || mine.isEmpty { return }
        let row = inputGradient.rowStride
        for y in 0..<min(stride, geometry.inputRows) {
            for x in 0..<min(stride, geometry.inputColumns) {
                let phase = y * stride + x
                let reach = offsets.backwardReach(phase: phase)
                var c = backward.grid(
                    from: phase * phaseLines, rows: (geometry.inputRows - y + stride - 1) / stride,
                    columns: (geometry.inputColumns - x + stride - 1) / stride,
                    channelsRead: reach == nil ? 0 : geometry.outputChannels, reach: reach ?? 0,
                    input: outputGradient.steps(stride: 1), output: inputGradient.steps(stride: stride))
                backward.kernels(kernels).forward(
                    &c, values.pointer, nil, outputGradient.pointer(panel: panels.lowerBound, channel: 0),
                    inputGradient.inner(panel: panels.lowerBound) + y * row + x * Panels.lanes, panels.count,
                    mine.lowerBound, mine.upperBound, adding ? 0 : Int32(ST_START))
            }
        }
    }

    /// gradient = outputGradient x transposed input at the stored positions, summed over `panels`, for the given lines.
    func weightGradient(
        input: Panels, outputGradient: Panels, into gradient: AlignedBuffer<Float>, panels: Range<Int>,
        lines: Range<Int>, kernels: st_kernels
    ) {
        check(input: input, output: outputGradient, panels)
        precondition(input.halo == inputHalo, "an input with another border")
        if panels.isEmpty || lines.isEmpty { return }
        var c = forwardGrid(input, outputGradient)
        forward.kernels(kernels).weight_gradient(
            &c, input.pointer(panel: panels.lowerBound, channel: 0), outputGradient.inner(panel: panels.lowerBound),
            panels.count, lines.lowerBound, lines.upperBound, gradient.pointer)
    }

    private var offsets: ConvolutionOffsets {
        ConvolutionOffsets(geometry: geometry, inputHalo: inputHalo, gradientHalo: gradientHalo)
    }

    /// Output pixels, and where their inputs are.
    private func forwardGrid(_ input: Panels, _ output: Panels) -> st_convolution {
        forward.grid(
            rows: output.rows, columns: output.columns, channelsRead: geometry.inputChannels,
            reach: offsets.forwardReach, input: input.steps(stride: geometry.stride),
            output: output.steps(stride: 1))
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
        pointer(panel: panel, channel: 0) + halo * (rowStride + Panels.lanes)
    }

    /// Floats from a row of pixels to the next.
    var rowStride: Int { (columns + 2 * halo) * Panels.lanes }

    /// Distances of every `stride`-th pixel.
    fileprivate func steps(stride: Int) -> ConvolutionTaps.Steps {
        ConvolutionTaps.Steps(
            row: stride * rowStride, column: stride * Panels.lanes, channel: mapStride, panel: panelStride)
    }
}
