internal import SparseKernels

/// The weights of a convolution as its kernels walk them: lines of channels computed, for each line groups of entries by
/// the channel read, and for each entry the distance of what it reads.
struct ConvolutionTaps {
    /// Lines (times phases), and groups of each.
    let lines: Int
    let tiles: Int
    /// Channels of a line: 1, or so many that share each input. Channels computed in all, the last line may be short of some.
    let height: Int
    let outputs: Int
    /// From the value of a line's channel to that of the next.
    let across: Int
    /// Index of the first entry of [line][tile]; one more at the end.
    let starts: AlignedBuffer<UInt32>
    let offsets: AlignedBuffer<Int32>
    /// Where each entry's (first) value is; nil: in this very order.
    let places: AlignedBuffer<UInt32>?

    var byteCount: Int { starts.byteCount + offsets.byteCount + (places?.byteCount ?? 0) }

    /// The loops for such lines.
    func kernels(_ all: st_kernels) -> st_convolution_kernels { height == 1 ? all.convolution : all.convolution_tile }

    /// Distances, in floats, in the maps that a product reads or writes.
    struct Steps {
        var row: Int
        var column: Int
        var channel: Int
        var panel: Int
    }

    /// The lines from `line` on, for so many pixels.
    /// - Parameter reach: How far, from the place of a pixel, entries of the first channel read at most.
    func grid(
        from line: Int = 0, rows: Int, columns: Int, channelsRead: Int, reach: Int, input: Steps, output: Steps
    ) -> st_convolution {
        st_convolution(
            rows: rows, columns: columns, in_row: input.row, in_column: input.column, in_panel: input.panel,
            out_row: output.row, out_column: output.column, out_channel: output.channel, out_panel: output.panel,
            tiles: tiles, starts: UnsafePointer(starts.pointer + line * tiles), offsets: UnsafePointer(offsets.pointer),
            places: places.map { UnsafePointer($0.pointer) },
            in_channels: channelsRead, in_channel: input.channel, reach: reach, height: height, outputs: outputs,
            across: across)
    }
}
