internal import SparseKernels

/// What makes maps of one sample out of maps, weight by weight along the pixels: y[pixels] += w * x[pixels, shifted] (Park, Li,
/// Wen, Tang, Li, Chen, Dubey, "Faster CNNs with direct sparse convolutions and guided pruning", ICLR 2017). Some vectors of
/// pixels stay in registers while all weights of an output channel pass. Blocks, groups and dense kernels are single weights
/// here. Values do not follow those of the matrix that it was made of.
///
/// Maps lie channel after channel, row after row. Nothing changes after it was made: calls may run at once.
package final class DirectConvolution: Sendable {
    private enum Combination {
        case sum(values: AlignedBuffer<Float>, bias: AlignedBuffer<Float>)
        case largest
    }

    private let phases: MapPhases
    private let outputs: Int
    private let starts: AlignedBuffer<UInt32>
    private let offsets: AlignedBuffer<UInt32>
    private let combination: Combination
    private let relu: Bool

    private init(
        _ phases: MapPhases, starts: AlignedBuffer<UInt32>, offsets: AlignedBuffer<UInt32>, _ combination: Combination,
        relu: Bool
    ) {
        (self.phases, self.starts, self.offsets) = (phases, starts, offsets)
        (self.combination, self.relu, outputs) = (combination, relu, starts.count - 1)
    }

    /// A convolution with these weights; `bias` is 0 when it is left out.
    /// - Throws: `StoreError.tooLarge` when its numbers cannot be counted in 32 bits.
    package convenience init(
        _ matrix: any MatrixView, _ geometry: ConvolutionGeometry, bias: [Float]? = nil, relu: Bool
    ) throws(StoreError) {
        precondition(
            matrix.rows == geometry.rows && matrix.columns == geometry.columns
                && bias?.count ?? matrix.rows == matrix.rows,
            "a matrix of another convolution")
        let phases = MapPhases(
            channels: geometry.inputChannels, rows: geometry.inputRows, columns: geometry.inputColumns,
            kernelRows: geometry.dilation * (geometry.kernelRows - 1) + 1,
            kernelColumns: geometry.dilation * (geometry.kernelColumns - 1) + 1, stride: geometry.stride,
            padding: geometry.padding)
        guard matrix.storedWeights <= Int(UInt32.max), phases.count <= Int(UInt32.max) else {
            throw .tooLarge(rows: matrix.rows, columns: matrix.columns)
        }
        let starts = AlignedBuffer<UInt32>(count: matrix.rows + 1)
        matrix.forEachStoredUnit { rows, columns in for row in rows { starts[row + 1] += UInt32(columns.count) } }
        for row in 0..<matrix.rows { starts[row + 1] += starts[row] }
        let count = Int(starts[matrix.rows])
        let (offsets, values) = (AlignedBuffer<UInt32>(count: count), AlignedBuffer<Float>(count: count))
        var next = starts.array
        matrix.forEachStoredWeight { row, column, value in
            let (channel, element) = geometry.place(ofColumn: column)
            let offset = phases.offset(
                channel: row / geometry.groupOutputs * geometry.groupInputs + channel,
                row: element / geometry.kernelColumns * geometry.dilation,
                column: element % geometry.kernelColumns * geometry.dilation)
            let place = Int(next[row])
            next[row] += 1
            offsets[place] = UInt32(offset)
            values[place] = value
        }
        let bias = AlignedBuffer(bias ?? [Float](repeating: 0, count: matrix.rows))
        self.init(phases, starts: starts, offsets: offsets, .sum(values: values, bias: bias), relu: relu)
    }

    /// y = factor * x + shift, channel by channel.
    package convenience init(factor: [Float], shift: [Float], rows: Int, columns: Int, relu: Bool) {
        precondition(factor.count == shift.count, "a factor and a shift for each channel")
        let phases = MapPhases(channels: factor.count, rows: rows, columns: columns)
        self.init(
            phases, starts: AlignedBuffer((0...factor.count).map(UInt32.init)),
            offsets: AlignedBuffer(factor.indices.map { UInt32($0 * rows * columns) }),
            .sum(values: AlignedBuffer(factor), bias: AlignedBuffer(shift)), relu: relu)
    }

    /// Largest or mean number of windows; nil when planes or pixels of all windows of a place are more than `most`.
    package convenience init?(
        _ window: PoolingWindow, largest: Bool, channels: Int, rows: Int, columns: Int, most: Int = 1 << 24
    ) {
        let phases = MapPhases(
            channels: channels, rows: rows, columns: columns, kernelRows: window.kernelRows,
            kernelColumns: window.kernelColumns, stride: window.stride, padding: window.padding)
        let area = window.kernelRows * window.kernelColumns
        guard phases.count <= most, channels * area <= most else { return nil }
        let offsets = AlignedBuffer<UInt32>(count: channels * area)
        for channel in 0..<channels {
            for pixel in 0..<area {
                let (row, column) = pixel.quotientAndRemainder(dividingBy: window.kernelColumns)
                offsets[channel * area + pixel] = UInt32(phases.offset(channel: channel, row: row, column: column))
            }
        }
        let shares = [Float](repeating: 1 / Float(area), count: largest ? 0 : channels * area)
        self.init(
            phases, starts: AlignedBuffer((0...channels).map { UInt32($0 * area) }), offsets: offsets,
            largest ? .largest : .sum(values: AlignedBuffer(shares), bias: AlignedBuffer(count: channels)), relu: false)
    }

    /// One that does the work of this and of y = factor * x + shift after it, channel by channel; nil when there is none.
    package func scaled(factor: [Float], shift: [Float], relu: Bool) -> DirectConvolution? {
        precondition(factor.count == outputs && shift.count == outputs, "a factor and a shift for each channel")
        guard !self.relu, case .sum(let values, let bias) = combination else { return nil }
        let scaled = AlignedBuffer(values.array)
        for output in 0..<outputs {
            for place in Int(starts[output])..<Int(starts[output + 1]) { scaled[place] *= factor[output] }
        }
        let moved = AlignedBuffer((0..<outputs).map { factor[$0] * bias[$0] + shift[$0] })
        return DirectConvolution(
            phases, starts: starts, offsets: offsets, .sum(values: scaled, bias: moved), relu: relu)
    }

    /// Numbers that `apply` needs for itself.
    package var scratchCount: Int { planesCount + phases.outputRows * phases.pitch + SampleOperations.room }

    /// Whole vectors, so that what follows is aligned; none where maps are read as they lie.
    private var planesCount: Int {
        phases.isPlain ? 0 : (phases.count + SampleOperations.room + 15) / 16 * 16
    }

    /// Bytes held.
    package var byteCount: Int {
        let bytes = starts.byteCount + offsets.byteCount
        if case .sum(let values, let bias) = combination { return bytes + values.byteCount + bias.byteCount }
        return bytes
    }

    /// Makes the output's maps of the input's. Allocates nothing.
    /// - Parameters:
    ///   - input: Maps, and `SampleOperations.room` numbers more.
    ///   - output: Room for the maps, and for as many numbers more.
    ///   - scratch: At least `scratchCount` numbers, whatever they are.
    package func apply(
        _ input: AlignedBuffer<Float>, into output: AlignedBuffer<Float>, scratch: AlignedBuffer<Float>
    ) {
        let room = SampleOperations.room
        precondition(
            input.count >= phases.channels * phases.rows * phases.columns + room
                && output.count >= outputs * phases.outputRows * phases.outputColumns + room
                && scratch.count >= scratchCount, "maps of another shape")
        var planes = UnsafePointer(input.pointer)
        let kernels = InstructionSet.kernels.inference
        if !phases.isPlain {
            let fill: Float = if case .largest = combination { -Float.infinity } else { 0 }
            phases.write(input.pointer, fill: fill, into: scratch.pointer)
            planes = UnsafePointer(scratch.pointer)
        }
        let plane = scratch.pointer + planesCount
        var taps = st_taps(
            channels: outputs, rows: phases.outputRows, columns: phases.outputColumns, pitch: phases.pitch,
            starts: starts.pointer, offsets: offsets.pointer)
        switch combination {
        case .sum(let values, let bias):
            kernels.convolution(&taps, values.pointer, planes, bias.pointer, plane, output.pointer, relu ? 1 : 0)
        case .largest: kernels.maximum(&taps, planes, plane, output.pointer)
        }
    }
}
