internal import SparseKernels

extension BlockSparseMatrix {
    package func forward(
        _ input: Panels, into output: Panels, bias: AlignedBuffer<Float>?, relu: Bool, panels: Range<Int>, part: Part
    ) {
        if let forwardSet {
            forwardSet.matrix.forward(input, into: output, bias: bias, relu: relu, panels: panels, part: part)
            return
        }
        forward(
            input, into: output, bias: bias, relu: relu, panels: panels, part: part,
            kernels: InstructionSet.kernels.blocks(ofSide: shape.side))
    }

    func forward(
        _ input: Panels, into output: Panels, bias: AlignedBuffer<Float>?, relu: Bool, panels: Range<Int>, part: Part,
        kernels: st_block_kernels
    ) {
        checkProduct(input, output, panels)
        precondition(bias == nil || bias?.count == rows, "a bias has one value per output")
        let mine = layout.gridRows(of: part)
        var view = layout.rowView
        kernels.forward(
            &view, mine.lowerBound, mine.upperBound, values.pointer, bias?.pointer,
            input.pointer(panel: panels.lowerBound, channel: 0), input.panelStride,
            output.pointer(panel: panels.lowerBound, channel: 0), output.panelStride, panels.count, relu ? 1 : 0)
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
            kernels: InstructionSet.kernels.blocks(ofSide: shape.side))
    }

    func inputGradient(
        _ outputGradient: Panels, into inputGradient: Panels, panels: Range<Int>, part: Part, kernels: st_block_kernels
    ) {
        checkProduct(inputGradient, outputGradient, panels)
        let mine = layout.gridColumns(of: part)
        var view = layout.columnView
        kernels.input_gradient(
            &view, mine.lowerBound, mine.upperBound, values.pointer,
            outputGradient.pointer(panel: panels.lowerBound, channel: 0), outputGradient.panelStride,
            inputGradient.pointer(panel: panels.lowerBound, channel: 0), inputGradient.panelStride, panels.count)
    }

    package func weightGradient(input: Panels, outputGradient: Panels, panels: Range<Int>, part: Part) {
        weightGradient(
            input: input, outputGradient: outputGradient, panels: panels, part: part,
            kernels: InstructionSet.kernels.blocks(ofSide: shape.side))
    }

    func weightGradient(
        input: Panels, outputGradient: Panels, panels: Range<Int>, part: Part, kernels: st_block_kernels
    ) {
        checkProduct(input, outputGradient, panels)
        let mine = layout.gridRows(of: part)
        var view = layout.rowView
        for strip in 0..<layout.strips {
            kernels.weight_gradient(
                &view, mine.lowerBound, mine.upperBound, strip,
                input.pointer(panel: panels.lowerBound, channel: 0), input.panelStride,
                outputGradient.pointer(panel: panels.lowerBound, channel: 0), outputGradient.panelStride, panels.count,
                gradient.pointer)
        }
    }

    package func storeRange(of part: Part) -> Range<Int> {
        let mine = layout.gridRows(of: part)
        return layout.blocksBefore(gridRow: mine.lowerBound) * shape.area..<layout.blocksBefore(
            gridRow: mine.upperBound) * shape.area
    }
}

extension st_kernels {
    /// The kernels for blocks of a side.
    func blocks(ofSide side: Int) -> st_block_kernels {
        switch side {
        case 4: block4
        case 8: block8
        default: block16
        }
    }
}
