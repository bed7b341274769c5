internal import SparseKernels

/// The weights of a convolution as its kernels walk them: for each channel computed, groups of weights by the channel
/// read, and for each weight the distance of what it reads.
struct ConvolutionTaps {
    /// Channels computed (times phases), and groups of each.
    let channels: Int
    let tiles: Int
    /// Index of the first weight of [channel][tile]; one more at the end.
    let starts: AlignedBuffer<UInt32>
    let offsets: AlignedBuffer<Int32>
    /// Where each weight's value is; nil: in this very order.
    let places: AlignedBuffer<UInt32>?

    var byteCount: Int { starts.byteCount + offsets.byteCount + (places?.byteCount ?? 0) }

    /// The weights of the channels from `channel` on, for so many pixels; distances (row, column) are in floats.
    func grid(
        from channel: Int = 0, rows: Int, columns: Int, input: (row: Int, column: Int), output: (row: Int, column: Int),
        outputChannel: Int
    ) -> st_convolution {
        st_convolution(
            rows: rows, columns: columns, in_row: input.row, in_column: input.column, out_row: output.row,
            out_column: output.column, out_channel: outputChannel, tiles: tiles,
            starts: UnsafePointer(starts.pointer + channel * tiles), offsets: UnsafePointer(offsets.pointer),
            places: places.map { UnsafePointer($0.pointer) })
    }

    /// Channels read whose pixels, as a block of output pixels needs them, stay in the first-level cache while the
    /// channels computed pass; more when a channel would otherwise have too few weights among them to pay for reading and
    /// writing its output.
    /// - Parameter pixels: Pixels of one channel that a block reads.
    static func channelsPerTile(channels: Int, pixels: Int, weightsPerChannel: Double) -> Int {
        let fitting = max(1, cacheBytes / (pixels * Panels.lanes * MemoryLayout<Float>.stride))
        let worthwhile = Int((fewestWeights / max(weightsPerChannel, 1e-6)).rounded(.up))
        let wanted = min(channels, max(fitting, worthwhile))
        let tiles = (channels + wanted - 1) / wanted
        return (channels + tiles - 1) / tiles
    }

    private static let cacheBytes = 40 << 10
    private static let fewestWeights = 14.0
}
