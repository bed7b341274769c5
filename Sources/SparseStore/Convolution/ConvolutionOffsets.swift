/// Where, from the place of a pixel, a weight of a convolution reads: in floats, in maps with a border.
struct ConvolutionOffsets {
    let geometry: ConvolutionGeometry
    let inputHalo: Int
    let gradientHalo: Int

    /// Going forward, in the input: channel and kernel element (row by row).
    func forward(channel: Int, element: Int) -> Int {
        let g = geometry
        let (row, column) = element.quotientAndRemainder(dividingBy: g.kernelColumns)
        return channel * Panels.mapStride(rows: g.inputRows, columns: g.inputColumns, halo: inputHalo)
            + ((row * g.dilation + inputHalo - g.padding) * (g.inputColumns + 2 * inputHalo) + column * g.dilation
                + inputHalo - g.padding) * Panels.lanes
    }

    /// Going back, in the gradient of the output: the phase of the pixels of the input that a kernel element reaches, and
    /// where their gradient is.
    func backward(channel: Int, element: Int) -> (phase: Int, offset: Int) {
        let g = geometry
        let (row, column) = element.quotientAndRemainder(dividingBy: g.kernelColumns)
        let (y, x) = (g.backward(row), g.backward(column))
        let place = (y.shift + gradientHalo) * (g.outputColumns + 2 * gradientHalo) + x.shift + gradientHalo
        return (
            y.phase * g.stride + x.phase,
            channel * Panels.mapStride(rows: g.outputRows, columns: g.outputColumns, halo: gradientHalo)
                + place * Panels.lanes
        )
    }

    /// How far the last kernel element reads in the first channel, going forward.
    var forwardReach: Int { forward(channel: 0, element: geometry.kernelElements - 1) }

    /// The same going back, on the pixels of one phase; nil when no kernel element reaches them.
    func backwardReach(phase: Int) -> Int? {
        var reach: Int?
        for element in 0..<geometry.kernelElements {
            let (its, offset) = backward(channel: 0, element: element)
            if its == phase { reach = max(reach ?? offset, offset) }
        }
        return reach
    }
}
