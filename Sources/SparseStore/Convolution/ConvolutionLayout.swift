/// Where the weights of a convolution lie: in row-major order, with what the products need of each. A pure function of
/// geometry and topology.
struct ConvolutionLayout {
    let count: Int
    /// Index of a row's first weight; one more at the end.
    let rowStarts: [Int]
    /// Column of each weight.
    let columnIndices: AlignedBuffer<UInt32>
    let forward: ConvolutionTaps
    /// Channel phase * inputChannels + c is the input channel c on the pixels of one phase.
    let backward: ConvolutionTaps

    var byteCount: Int {
        rowStarts.count * MemoryLayout<Int>.stride + columnIndices.byteCount + forward.byteCount + backward.byteCount
    }

    init(_ plain: PlainCSR, _ geometry: ConvolutionGeometry, inputHalo: Int, gradientHalo: Int) {
        count = plain.count
        rowStarts = plain.starts.array
        columnIndices = plain.columnIndices
        let (g, area) = (geometry, geometry.kernelElements)
        let density = Double(max(count, 1)) / Double(g.rows * g.columns)
        let block = 8

        // Forward: the inputs of a pixel begin at its own place less the padding.
        let reach = (block - 1) * g.stride + g.dilation * (g.kernelColumns - 1) + 1
        let perTile = ConvolutionTaps.channelsPerTile(
            channels: g.groupInputs, pixels: g.kernelRows * reach, weightsPerChannel: density * Double(area))
        let (mapRows, mapColumns) = (g.inputRows + 2 * inputHalo, g.inputColumns + 2 * inputHalo)
        let tiles = (g.groupInputs + perTile - 1) / perTile
        let starts = AlignedBuffer<UInt32>(count: g.rows * tiles + 1)
        let offsets = AlignedBuffer<Int32>(count: count)
        for row in 0..<g.rows {
            let base = row / g.groupOutputs * g.groupInputs
            for i in plain.starts.pointer[row]..<plain.starts.pointer[row + 1] {
                let (channel, element) = Int(plain.columnIndices.pointer[i]).quotientAndRemainder(dividingBy: area)
                let y = element / g.kernelColumns * g.dilation + inputHalo - g.padding
                let x = element % g.kernelColumns * g.dilation + inputHalo - g.padding
                offsets.pointer[i] = Int32((((base + channel) * mapRows + y) * mapColumns + x) * Panels.lanes)
                starts.pointer[row * tiles + channel / perTile + 1] += 1
            }
        }
        for i in 0..<g.rows * tiles { starts.pointer[i + 1] += starts.pointer[i] }
        forward = ConvolutionTaps(channels: g.rows, tiles: tiles, starts: starts, offsets: offsets, places: nil)
        backward = ConvolutionLayout.backward(plain, geometry, gradientHalo: gradientHalo, density: density)
    }

    private static func backward(
        _ plain: PlainCSR, _ g: ConvolutionGeometry, gradientHalo: Int, density: Double
    ) -> ConvolutionTaps {
        let (area, phases) = (g.kernelElements, g.stride * g.stride)
        let span =
            (g.dilation * (g.kernelRows - 1) / g.stride + 1) * (8 + g.dilation * (g.kernelColumns - 1) / g.stride)
        let perTile = ConvolutionTaps.channelsPerTile(
            channels: g.groupOutputs, pixels: span, weightsPerChannel: density * Double(area) / Double(phases))
        let tiles = (g.groupOutputs + perTile - 1) / perTile
        let (mapRows, mapColumns) = (g.outputRows + 2 * gradientHalo, g.outputColumns + 2 * gradientHalo)
        let channels = phases * g.inputChannels
        let starts = AlignedBuffer<UInt32>(count: channels * tiles + 1)
        let offsets = AlignedBuffer<Int32>(count: plain.count)
        let places = AlignedBuffer<UInt32>(count: plain.count)

        /// Visits every weight: its place, its channel and tile, and its offset.
        func visit(_ body: (Int, Int, Int) -> Void) {
            for row in 0..<g.rows {
                let (group, output) = row.quotientAndRemainder(dividingBy: g.groupOutputs)
                for i in plain.starts.pointer[row]..<plain.starts.pointer[row + 1] {
                    let (channel, element) = Int(plain.columnIndices.pointer[i]).quotientAndRemainder(dividingBy: area)
                    let (y, x) = (g.backward(element / g.kernelColumns), g.backward(element % g.kernelColumns))
                    let phase = y.phase * g.stride + x.phase
                    let index = phase * g.inputChannels + group * g.groupInputs + channel
                    let offset =
                        ((row * mapRows + y.shift + gradientHalo) * mapColumns + x.shift + gradientHalo) * Panels.lanes
                    body(i, index * tiles + output / perTile, offset)
                }
            }
        }
        visit { _, list, _ in starts.pointer[list + 1] += 1 }
        for i in 0..<channels * tiles { starts.pointer[i + 1] += starts.pointer[i] }
        var next = Array(starts.elements.dropLast())
        visit { place, list, offset in
            let at = Int(next[list])
            offsets.pointer[at] = Int32(truncatingIfNeeded: offset)
            places.pointer[at] = UInt32(place)
            next[list] += 1
        }
        return ConvolutionTaps(channels: channels, tiles: tiles, starts: starts, offsets: offsets, places: places)
    }
}
