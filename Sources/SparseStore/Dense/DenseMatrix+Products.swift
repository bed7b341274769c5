internal import SparseKernels

extension DenseMatrix {
    package func forward(
        _ input: Panels, into output: Panels, bias: AlignedBuffer<Float>?, relu: Bool, panels: Range<Int>, part: Part
    ) {
        forward(
            input, into: output, bias: bias, relu: relu, panels: panels, part: part,
            kernels: InstructionSet.kernels.dense)
    }

    func forward(
        _ input: Panels, into output: Panels, bias: AlignedBuffer<Float>?, relu: Bool, panels: Range<Int>, part: Part,
        kernels: st_dense_kernels
    ) {
        checkProduct(input, output, panels)
        precondition(bias == nil || bias?.count == rows, "a bias has one value per output")
        let mine = part.range(of: rows, unit: DenseMatrix.partUnit)
        kernels.forward(
            values.pointer, columns, mine.lowerBound, mine.upperBound, bias?.pointer,
            input.pointer(panel: panels.lowerBound, channel: 0), input.panelStride,
            output.pointer(panel: panels.lowerBound, channel: 0), output.panelStride, panels.count, relu ? 1 : 0)
    }

    package func inputGradient(
        _ outputGradient: Panels, into inputGradient: Panels, panels: Range<Int>, part: Part
    ) {
        self.inputGradient(
            outputGradient, into: inputGradient, panels: panels, part: part,
            kernels: InstructionSet.kernels.dense)
    }

    func inputGradient(
        _ outputGradient: Panels, into inputGradient: Panels, panels: Range<Int>, part: Part, kernels: st_dense_kernels
    ) {
        checkProduct(inputGradient, outputGradient, panels)
        let mine = part.range(of: columns, unit: DenseMatrix.partUnit)
        kernels.input_gradient(
            values.pointer, rows, columns, mine.lowerBound, mine.upperBound,
            outputGradient.pointer(panel: panels.lowerBound, channel: 0), outputGradient.panelStride,
            inputGradient.pointer(panel: panels.lowerBound, channel: 0), inputGradient.panelStride, panels.count)
    }

    package func weightGradient(input: Panels, outputGradient: Panels, panels: Range<Int>, part: Part) {
        weightGradient(
            input: input, outputGradient: outputGradient, panels: panels, part: part,
            kernels: InstructionSet.kernels.dense)
    }

    func weightGradient(
        input: Panels, outputGradient: Panels, panels: Range<Int>, part: Part, kernels: st_dense_kernels
    ) {
        checkProduct(input, outputGradient, panels)
        let mine = part.range(of: rows, unit: DenseMatrix.partUnit)
        kernels.weight_gradient(
            rows, columns, mine.lowerBound, mine.upperBound,
            input.pointer(panel: panels.lowerBound, channel: 0), input.panelStride,
            outputGradient.pointer(panel: panels.lowerBound, channel: 0), outputGradient.panelStride, panels.count,
            gradient.pointer)
    }

    /// Rows of a part.
    package func rowRange(of part: Part) -> Range<Int> { part.range(of: rows, unit: DenseMatrix.partUnit) }

    package func storeRange(of part: Part) -> Range<Int> {
        let mine = rowRange(of: part)
        return mine.lowerBound * columns..<mine.upperBound * columns
    }

    /// Outputs that the kernels work on at once: parts are cut at multiples.
    package static let partUnit = 8
}
