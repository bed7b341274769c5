internal import SparseKernels

/// A batch's inputs with the channels innermost, in blocks of columns as the dense-gradient kernel reads them.
struct PackedInputs: DenseGradientSource {
    let batch: GradientBatch
    let blocks: Int
    /// Floats in a block: padded samples x block columns.
    let blockStride: Int
    let buffer: AlignedBuffer<Float>

    /// - Parameter columns: the inputs to pack.
    init(_ batch: GradientBatch, columns: Range<Int>, workers: Workers) {
        let kernels = InstructionSet.kernels.dense_gradient
        let panels = Panels.count(batch.samples)
        let width = Int(kernels.block_columns)
        let blocks = (columns.count + width - 1) / width
        let blockStride = panels * Panels.lanes * width
        let buffer = AlignedBuffer<Float>(count: blocks * blockStride)
        workers.run(tasks: panels) { panel in
            kernels.pack(
                batch.input.buffer.pointer + panel * batch.input.panelStride + columns.lowerBound * Panels.lanes,
                columns.count,
                buffer.pointer + panel * Panels.lanes * width, blockStride)
        }
        self.batch = batch
        self.blocks = blocks
        self.blockStride = blockStride
        self.buffer = buffer
    }

    func product(rows: Range<Int>, accumulate: Bool, absolute: Bool, into scores: AlignedBuffer<Float>, width: Int) {
        let dy = batch.outputGradient
        InstructionSet.kernels.dense_gradient.product(
            dy.buffer.pointer + rows.lowerBound * Panels.lanes, dy.panelStride, batch.samples, rows.count,
            buffer.pointer, blocks, blockStride, batch.scale, accumulate ? 1 : 0, absolute ? 1 : 0, scores.pointer,
            width)
    }
}
