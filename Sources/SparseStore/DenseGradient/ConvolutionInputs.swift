internal import SparseKernels

/// A batch's share of the dense gradient of a convolution: the inputs of a few output pixels at a time are laid out as the
/// columns of the weight matrix (im2col) and multiplied, so that memory stays that of a few pixels.
struct ConvolutionInputs: DenseGradientSource {
    private let batch: GradientBatch
    private let geometry: ConvolutionGeometry
    /// Output pixels of one panel worked on together.
    private static let pixels = 8

    init(_ batch: GradientBatch, _ geometry: ConvolutionGeometry) {
        self.batch = batch
        self.geometry = geometry
    }

    func product(rows: Range<Int>, accumulate: Bool, absolute: Bool, into scores: AlignedBuffer<Float>, width: Int) {
        // Rows of different groups read different channels.
        var first = rows.lowerBound
        while first < rows.upperBound {
            let group = first / geometry.groupOutputs
            let next = min(rows.upperBound, (group + 1) * geometry.groupOutputs)
            product(
                group: group, rows: first..<next, accumulate: accumulate, absolute: absolute,
                into: scores.pointer + (first - rows.lowerBound) * width, width: width)
            first = next
        }
    }

    private func product(
        group: Int, rows: Range<Int>, accumulate: Bool, absolute: Bool, into scores: UnsafeMutablePointer<Float>,
        width: Int
    ) {
        let kernels = InstructionSet.kernels.dense_gradient
        let lanes = Panels.lanes
        let blockColumns = Int(kernels.block_columns)
        let blockStride = Self.pixels * lanes * blockColumns
        let packed = AlignedBuffer<Float>(count: width / blockColumns * blockStride)
        let columns = AlignedBuffer<Float>(count: geometry.columns * lanes)
        let gradients = AlignedBuffer<Float>(count: Self.pixels * rows.count * lanes)
        let offsets = inputOffsets(group: group)
        let (panels, pixels) = (Panels.count(batch.samples), geometry.outputRows * geometry.outputColumns)
        for panel in 0..<panels {
            for pixel in stride(from: 0, to: pixels, by: Self.pixels) {
                let count = min(Self.pixels, pixels - pixel)
                for i in 0..<count {
                    let (y, x) = (pixel + i).quotientAndRemainder(dividingBy: geometry.outputColumns)
                    copyInputs(panel: panel, y, x, offsets, into: columns)
                    kernels.pack(
                        columns.pointer, geometry.columns, packed.pointer + i * lanes * blockColumns, blockStride)
                    copyGradients(panel: panel, y, x, rows, into: gradients.pointer + i * rows.count * lanes)
                }
                let isFirst = panel == 0 && pixel == 0
                let isLast = panel + 1 == panels && pixel + count == pixels
                kernels.product(
                    gradients.pointer, rows.count * lanes, count * lanes, rows.count, packed.pointer,
                    width / blockColumns, blockStride, batch.scale, accumulate || !isFirst ? 1 : 0,
                    absolute && isLast ? 1 : 0, scores, width)
            }
        }
    }

    /// Where the input of each column is, from that of the pixel.
    private func inputOffsets(group: Int) -> [Int] {
        let (g, x) = (geometry, batch.input)
        return (0..<g.columns).map { column in
            let (channel, element) = g.place(ofColumn: column)
            let row = element / g.kernelColumns * g.dilation + x.halo - g.padding
            let place = row * (x.columns + 2 * x.halo) + element % g.kernelColumns * g.dilation + x.halo - g.padding
            return (group * g.groupInputs + channel) * x.mapStride + place * Panels.lanes
        }
    }

    private func copyInputs(panel: Int, _ y: Int, _ x: Int, _ offsets: [Int], into columns: AlignedBuffer<Float>) {
        let input = batch.input
        let pixel = geometry.stride * (y * (input.columns + 2 * input.halo) + x) * Panels.lanes
        let from = input.pointer(panel: panel, channel: 0) + pixel
        for (column, offset) in offsets.enumerated() {
            (columns.pointer + column * Panels.lanes).update(from: from + offset, count: Panels.lanes)
        }
    }

    private func copyGradients(
        panel: Int, _ y: Int, _ x: Int, _ rows: Range<Int>, into target: UnsafeMutablePointer<Float>
    ) {
        let dy = batch.outputGradient
        let from = dy.inner(panel: panel) + (y * (dy.columns + 2 * dy.halo) + x) * Panels.lanes
        for row in rows {
            (target + (row - rows.lowerBound) * Panels.lanes).update(
                from: from + row * dy.mapStride, count: Panels.lanes)
        }
    }
}
