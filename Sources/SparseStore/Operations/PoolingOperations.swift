internal import SparseKernels

/// Pooling windows of `kernelRows` x `kernelColumns` pixels, `stride` apart, over a border of `padding` pixels that do not
/// exist for a maximum and are 0 for an average.
package struct PoolingWindow: Sendable, Equatable, Codable {
    /// Extent of a window, in pixels.
    package var kernelRows: Int
    /// Columns of a window, in pixels.
    package var kernelColumns: Int
    /// Pixels from one window to the next.
    package var stride: Int
    /// Width of the border, in pixels.
    package var padding: Int

    /// Windows of so many rows and columns, `stride` apart, over a map with a border of `padding`.
    package init(kernelRows: Int, kernelColumns: Int, stride: Int, padding: Int = 0) {
        precondition(kernelRows > 0 && kernelColumns > 0 && stride > 0, "a window has positive extents")
        precondition(
            padding >= 0 && 2 * padding <= min(kernelRows, kernelColumns), "a window reaches into the input")
        self.kernelRows = kernelRows
        self.kernelColumns = kernelColumns
        self.stride = stride
        self.padding = padding
    }

    /// Windows along the rows, and along the columns, of a map.
    package func outputs(rows: Int, columns: Int) -> (rows: Int, columns: Int) {
        precondition(
            rows + 2 * padding >= kernelRows && columns + 2 * padding >= kernelColumns, "a window fits into its input")
        return (
            (rows + 2 * padding - kernelRows) / stride + 1, (columns + 2 * padding - kernelColumns) / stride + 1
        )
    }

    /// y = the largest element of each window.
    package func maximum(_ x: Panels, into y: Panels, panels: Range<Int>, channels: Range<Int>) {
        forEachPanel(x, y, panels, channels) { pooling, x, y in
            InstructionSet.kernels.maps.max_pool(&pooling, &x, &y)
        }
    }

    /// The gradient goes to the first largest element of a window.
    package func maximumBackward(
        _ outputGradient: Panels, input: Panels, output: Panels, into inputGradient: Panels, adding: Bool,
        panels: Range<Int>, channels: Range<Int>
    ) {
        output.checkSameShape(as: outputGradient)
        input.checkSameShape(as: inputGradient)
        for panel in panels {
            forEachPanel(input, output, panel..<panel + 1, channels) { pooling, x, y in
                var dy = outputGradient.maps(panels: panel..<panel + 1, channels: channels, joined: false)
                var dx = inputGradient.maps(panels: panel..<panel + 1, channels: channels, joined: false)
                InstructionSet.kernels.maps.max_pool_backward(&pooling, &x, &y, &dy, adding ? 1 : 0, &dx)
            }
        }
    }

    /// y = the sum of each window / its number of elements.
    package func average(_ x: Panels, into y: Panels, panels: Range<Int>, channels: Range<Int>) {
        forEachPanel(x, y, panels, channels) { pooling, x, y in
            InstructionSet.kernels.maps.average_pool(&pooling, &x, &y)
        }
    }

    /// Gradient of the input of `average`: each pixel gets its share from every window that it is in; with `adding`, on top of
    /// what is there.
    package func averageBackward(
        _ outputGradient: Panels, into inputGradient: Panels, adding: Bool, panels: Range<Int>, channels: Range<Int>
    ) {
        forEachPanel(inputGradient, outputGradient, panels, channels) { pooling, dx, dy in
            InstructionSet.kernels.maps.average_pool_backward(&pooling, &dy, adding ? 1 : 0, &dx)
        }
    }

    private func forEachPanel(
        _ x: Panels, _ y: Panels, _ panels: Range<Int>, _ channels: Range<Int>,
        _ body: (inout st_pooling, inout st_maps, inout st_maps) -> Void
    ) {
        x.check(panels: panels, channels: channels)
        y.check(panels: panels, channels: channels)
        precondition(
            x.channels == y.channels && outputs(rows: x.rows, columns: x.columns) == (y.rows, y.columns),
            "panels of another shape than the pooling's")
        var pooling = st_pooling(
            channels: channels.count, rows: y.rows, columns: y.columns, input_rows: x.rows, input_columns: x.columns,
            kernel_rows: kernelRows, kernel_columns: kernelColumns, stride: stride, padding: padding)
        for panel in panels {
            var from = x.maps(panels: panel..<panel + 1, channels: channels, joined: false)
            var to = y.maps(panels: panel..<panel + 1, channels: channels, joined: false)
            body(&pooling, &from, &to)
        }
    }
}
