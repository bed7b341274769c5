internal import SparseKernels

/// Maps of one sample as windows that move over them read them: with a border, and split so that what a window reads at
/// neighbouring places lies side by side, whatever its stride. A stride of s makes up to s * s planes of a channel, pixel (r, c)
/// of the map with its border being in plane (r % s, c % s); those that no window reads are left out.
package struct MapPhases: Sendable {
    package let channels: Int
    package let rows: Int
    package let columns: Int
    /// Extent of the maps that windows make.
    package let outputRows: Int
    package let outputColumns: Int
    private let stride: Int
    private let padding: Int
    private let rowPhases: Int
    private let columnPhases: Int
    private let planeRows: Int
    let pitch: Int

    /// - Parameters:
    ///   - channels: Maps.
    ///   - rows: Of a map without border.
    ///   - columns: Of a map without border.
    ///   - kernelRows: Rows of a window, in pixels of the map: of a kernel with holes with these.
    ///   - kernelColumns: Columns of a window.
    ///   - stride: Pixels from one window to the next.
    ///   - padding: Width of the border.
    package init(
        channels: Int, rows: Int, columns: Int, kernelRows: Int = 1, kernelColumns: Int = 1, stride: Int = 1,
        padding: Int = 0
    ) {
        precondition(
            channels > 0 && rows > 0 && columns > 0 && kernelRows > 0 && kernelColumns > 0 && stride > 0 && padding >= 0
                && kernelRows <= rows + 2 * padding && kernelColumns <= columns + 2 * padding, "windows fit into maps")
        (self.channels, self.rows, self.columns) = (channels, rows, columns)
        (self.stride, self.padding) = (stride, padding)
        (rowPhases, columnPhases) = (min(stride, kernelRows), min(stride, kernelColumns))
        planeRows = (rows + 2 * padding + stride - 1) / stride
        pitch = (columns + 2 * padding + stride - 1) / stride
        outputRows = (rows + 2 * padding - kernelRows) / stride + 1
        outputColumns = (columns + 2 * padding - kernelColumns) / stride + 1
    }

    /// Numbers of all planes.
    package var count: Int { channels * rowPhases * columnPhases * planeRows * pitch }

    /// True when they are the maps as they lie.
    var isPlain: Bool { stride == 1 && padding == 0 }

    /// Where the first window's pixel (`row`, `column`) of a channel is; that of output pixel (r, c) is r * pitch + c further.
    package func offset(channel: Int, row: Int, column: Int) -> Int {
        let plane = (channel * rowPhases + row % stride) * columnPhases + column % stride
        return (plane * planeRows + row / stride) * pitch + column / stride
    }

    /// Writes the planes of `maps` (channel, row, column), with `fill` outside of them.
    func write(_ maps: UnsafePointer<Float>, fill: Float, into planes: UnsafeMutablePointer<Float>) {
        var phases = st_phases(
            channels: channels, rows: rows, columns: columns, stride: stride, padding: padding, row_phases: rowPhases,
            column_phases: columnPhases, plane_rows: planeRows, pitch: pitch)
        InstructionSet.kernels.inference.phases(&phases, maps, fill, planes)
    }
}
