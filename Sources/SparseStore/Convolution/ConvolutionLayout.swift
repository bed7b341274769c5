/// Where the single weights of a convolution lie: in row-major order; and, once it is known which borders the maps have, what
/// the products need of each.
struct ConvolutionLayout {
    let count: Int
    /// Index of a row's first weight; one more at the end.
    let rowStarts: [Int]
    /// Column of each weight.
    let columnIndices: AlignedBuffer<UInt32>
    let products: ConvolutionProducts?

    var byteCount: Int {
        rowStarts.count * MemoryLayout<Int>.stride + columnIndices.byteCount + (products?.byteCount ?? 0)
    }

    /// - Parameter halos: Borders of the input and of the gradient of the output; nil: not known yet.
    init(_ plain: PlainCSR, _ geometry: ConvolutionGeometry, halos: ConvolutionHalos?) {
        count = plain.count
        rowStarts = plain.starts.array
        columnIndices = plain.columnIndices
        products = halos.map { halos in
            let offsets = ConvolutionOffsets(geometry: geometry, inputHalo: halos.input, gradientHalo: halos.gradient)
            return ConvolutionProducts(
                geometry: geometry, inputHalo: halos.input, gradientHalo: halos.gradient,
                forward: ConvolutionLayout.forward(plain, offsets),
                backward: ConvolutionLayout.backward(plain, offsets))
        }
    }

    /// The weights as they were laid out.
    func plain(_ geometry: ConvolutionGeometry) -> PlainCSR {
        PlainCSR(rows: geometry.rows, columns: geometry.columns, starts: rowStarts, columnIndices: columnIndices)
    }

    private static func forward(_ plain: PlainCSR, _ place: ConvolutionOffsets) -> ConvolutionTaps {
        let (g, area) = (place.geometry, place.geometry.kernelElements)
        let rows = (ConvolutionTiling.forwardRows - 1) * g.stride + g.dilation * (g.kernelRows - 1) + 1
        let columns = (ConvolutionTiling.forwardColumns - 1) * g.stride + g.dilation * (g.kernelColumns - 1) + 1
        let perTile = ConvolutionTiling.channelsPerTile(
            channels: g.groupInputs, pixels: rows * columns, area: area,
            weightsPerChannel: density(plain, g) * Double(area), fewest: ConvolutionTiling.fewestForward)
        let tiles = (g.groupInputs + perTile - 1) / perTile
        let starts = AlignedBuffer<UInt32>(count: g.rows * tiles + 1)
        let offsets = AlignedBuffer<Int32>(count: plain.count)
        for row in 0..<g.rows {
            let base = row / g.groupOutputs * g.groupInputs
            for i in plain.starts.pointer[row]..<plain.starts.pointer[row + 1] {
                let (channel, element) = Int(plain.columnIndices.pointer[i]).quotientAndRemainder(dividingBy: area)
                offsets.pointer[i] = Int32(place.forward(channel: base + channel, element: element))
                starts.pointer[row * tiles + channel / perTile + 1] += 1
            }
        }
        for i in 0..<g.rows * tiles { starts.pointer[i + 1] += starts.pointer[i] }
        return ConvolutionTaps(
            lines: g.rows, tiles: tiles, height: 1, outputs: g.rows, across: 0, starts: starts, offsets: offsets,
            places: nil)
    }

    private static func backward(_ plain: PlainCSR, _ place: ConvolutionOffsets) -> ConvolutionTaps {
        let (g, area) = (place.geometry, place.geometry.kernelElements)
        let phases = g.stride * g.stride
        let rows = ConvolutionTiling.backwardRows + g.dilation * (g.kernelRows - 1) / g.stride
        let columns = ConvolutionTiling.backwardColumns + g.dilation * (g.kernelColumns - 1) / g.stride
        let perTile = ConvolutionTiling.channelsPerTile(
            channels: g.groupOutputs, pixels: rows * columns, area: area,
            weightsPerChannel: density(plain, g) * Double(area) / Double(phases),
            fewest: ConvolutionTiling.fewestBackward)
        let tiles = (g.groupOutputs + perTile - 1) / perTile
        let lines = phases * g.inputChannels
        let starts = AlignedBuffer<UInt32>(count: lines * tiles + 1)
        let offsets = AlignedBuffer<Int32>(count: plain.count)
        let places = AlignedBuffer<UInt32>(count: plain.count)

        /// Visits every weight: its place, its line and tile, and its offset. The elements of a kernel come in falling
        /// order, so that offsets rise: the processor fetches ahead upwards only.
        func visit(_ body: (Int, Int, Int) -> Void) {
            for row in 0..<g.rows {
                let (group, output) = row.quotientAndRemainder(dividingBy: g.groupOutputs)
                for i in (plain.starts.pointer[row]..<plain.starts.pointer[row + 1]).reversed() {
                    let (channel, element) = Int(plain.columnIndices.pointer[i]).quotientAndRemainder(dividingBy: area)
                    let (phase, offset) = place.backward(channel: row, element: element)
                    let line = phase * g.inputChannels + group * g.groupInputs + channel
                    body(i, line * tiles + output / perTile, offset)
                }
            }
        }
        visit { _, list, _ in starts.pointer[list + 1] += 1 }
        for i in 0..<lines * tiles { starts.pointer[i + 1] += starts.pointer[i] }
        var next = Array(starts.elements.dropLast())
        visit { i, list, offset in
            let at = Int(next[list])
            offsets.pointer[at] = Int32(truncatingIfNeeded: offset)
            places.pointer[at] = UInt32(i)
            next[list] += 1
        }
        return ConvolutionTaps(
            lines: lines, tiles: tiles, height: 1, outputs: g.inputChannels, across: 0, starts: starts,
            offsets: offsets,
            places: places)
    }

    private static func density(_ plain: PlainCSR, _ g: ConvolutionGeometry) -> Double {
        Double(max(plain.count, 1)) / Double(g.rows * g.columns)
    }
}

/// Borders of zeros around the maps that a convolution reads: of the input, and of the gradient of the output.
struct ConvolutionHalos: Sendable, Equatable {
    let input: Int
    let gradient: Int
}
