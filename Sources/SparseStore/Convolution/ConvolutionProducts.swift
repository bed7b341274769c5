internal import SparseKernels

extension st_steps {
    fileprivate init(_ steps: ConvolutionTaps.Steps) {
        self.init(row: steps.row, column: steps.column, channel: steps.channel, panel: steps.panel)
    }
}

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
        let mine = inputLines(of: part)
        if panels.isEmpty || mine.isEmpty { return }
        for index in 0..<phaseCount {
            let phase = phase(index)
            guard phase.hasPixels else { continue }
            var c = backwardGrid(phase, outputGradient, inputGradient)
            backward.kernels(kernels).forward(
                &c, values.pointer, nil, outputGradient.pointer(panel: panels.lowerBound, channel: 0),
                inputGradient.inner(panel: panels.lowerBound, row: phase.row, column: phase.column), panels.count,
                mine.lowerBound, mine.upperBound, adding ? 0 : Int32(ST_START))
        }
    }

    /// Both gradients in one pass over the gradient of the output, for a part of the input channels, which owns the weights
    /// that read them. They are those of `inputGradient` and `weightGradient`, but for the order in which products are summed.
    /// Single weights only.
    func gradients(
        input: Panels, outputGradient: Panels, into inputGradient: Panels, gradient: AlignedBuffer<Float>,
        values: AlignedBuffer<Float>, adding: Bool, panels: Range<Int>, part: Part, kernels: st_kernels
    ) {
        check(input: input, output: outputGradient, panels)
        check(input: inputGradient, output: outputGradient, panels)
        precondition(outputGradient.halo == gradientHalo, "a gradient with another border")
        precondition(backward.height == 1, "only single weights have both gradients in one pass")
        let mine = inputLines(of: part)
        if panels.isEmpty || mine.isEmpty { return }
        for index in 0..<phaseCount {
            let phase = phase(index)
            guard phase.hasPixels else {
                clear(
                    gradient,
                    lines: phase.index * phaseLines + mine.lowerBound..<phase.index * phaseLines + mine.upperBound)
                continue
            }
            var c = backwardGrid(phase, outputGradient, inputGradient)
            var steps = st_steps(input.steps(stride: geometry.stride))
            let first = panels.lowerBound
            kernels.convolution_backward.gradients(
                &c, values.pointer, outputGradient.pointer(panel: first, channel: 0),
                input.inner(panel: first, row: phase.row, column: phase.column), &steps,
                inputGradient.inner(panel: first, row: phase.row, column: phase.column), panels.count,
                mine.lowerBound, mine.upperBound, adding ? 0 : Int32(ST_START), gradient.pointer)
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

    /// Pixels of the input, `stride` apart, that the same kernel elements reach.
    private struct Phase {
        let index: Int
        /// First pixel.
        let row: Int
        let column: Int
        /// False where the input is smaller than the stride.
        let hasPixels: Bool
    }

    private func phase(_ index: Int) -> Phase {
        let (row, column) = index.quotientAndRemainder(dividingBy: geometry.stride)
        return Phase(
            index: index, row: row, column: column,
            hasPixels: row < geometry.inputRows && column < geometry.inputColumns)
    }

    private var phaseCount: Int { geometry.stride * geometry.stride }

    private var phaseLines: Int { backward.lines / phaseCount }

    /// Lines of the input channels of a part: about as many weights as in the others, where a part has several lines.
    func inputLines(of part: Part) -> Range<Int> {
        let lines = phaseLines
        if part.count == 1 || part.count >= lines { return part.range(of: lines) }
        func weights(before line: Int) -> Int {
            (0..<phaseCount).reduce(0) { sum, phase in
                let first = phase * lines
                return sum + Int(backward.starts[(first + line) * backward.tiles])
                    - Int(backward.starts[first * backward.tiles])
            }
        }
        // A line costs something even when it is empty.
        func cost(before line: Int) -> Int { weights(before: line) + line }
        func boundary(_ k: Int) -> Int {
            let wanted = cost(before: lines) * k / part.count
            var (low, high) = (0, lines)
            while low < high {
                let middle = (low + high) / 2
                if cost(before: middle) < wanted { low = middle + 1 } else { high = middle }
            }
            // The nearer of the two places between which the share ends.
            return low > 0 && wanted - cost(before: low - 1) < cost(before: low) - wanted ? low - 1 : low
        }
        return boundary(part.index)..<boundary(part.index + 1)
    }

    /// The input pixels of a phase, and where the gradients that they get come from.
    private func backwardGrid(_ phase: Phase, _ outputGradient: Panels, _ inputGradient: Panels) -> st_convolution {
        let reach = offsets.backwardReach(phase: phase.index)
        let stride = geometry.stride
        return backward.grid(
            from: phase.index * phaseLines, rows: (geometry.inputRows - phase.row + stride - 1) / stride,
            columns: (geometry.inputColumns - phase.column + stride - 1) / stride,
            channelsRead: reach == nil ? 0 : geometry.outputChannels, reach: reach ?? 0,
            input: outputGradient.steps(stride: 1), output: inputGradient.steps(stride: stride))
    }

    /// Weights that no pixel meets have no gradient.
    private func clear(_ gradient: AlignedBuffer<Float>, lines: Range<Int>) {
        let (starts, places) = (backward.starts, backward.places)
        for entry in starts[lines.lowerBound * backward.tiles]..<starts[lines.upperBound * backward.tiles] {
            gradient[places.map { Int($0[Int(entry)]) } ?? Int(entry)] = 0
        }
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

    /// The same of another pixel.
    func inner(panel: Int, row: Int, column: Int) -> UnsafeMutablePointer<Float> {
        inner(panel: panel) + row * rowStride + column * Panels.lanes
    }

    /// Floats from a row of pixels to the next.
    var rowStride: Int { (columns + 2 * halo) * Panels.lanes }

    /// Distances of every `stride`-th pixel.
    fileprivate func steps(stride: Int) -> ConvolutionTaps.Steps {
        ConvolutionTaps.Steps(
            row: stride * rowStride, column: stride * Panels.lanes, channel: mapStride, panel: panelStride)
    }
}
