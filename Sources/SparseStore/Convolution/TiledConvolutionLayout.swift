/// What the products of blocks and dense convolutions walk: lines of eight (four) channels, and for each line entries with
/// a weight for each of its channels.
enum TiledConvolutionLayout {
    /// One entry: its line and tile, the distance of its input, the place of its first value.
    private typealias Tap = (list: Int, offset: Int, place: Int)

    /// All weights, row by row in PyTorch's order of columns.
    static func dense(_ offsets: ConvolutionOffsets) -> ConvolutionProducts {
        let (g, area, height) = (offsets.geometry, offsets.geometry.kernelElements, DenseMatrix.partUnit)
        let forward = Lines(channels: g.outputChannels, height: height, reading: g.inputChannels, area: area)
        let backward = Lines(
            channels: g.inputChannels, height: height, reading: g.outputChannels, area: area,
            phases: g.stride * g.stride)
        var (forwardTaps, backwardTaps) = ([Tap](), [Tap]())
        for channel in 0..<g.inputChannels {
            for element in 0..<area {
                let offset = offsets.forward(channel: channel, element: element)
                for line in 0..<forward.perPhase {
                    forwardTaps.append(
                        (
                            forward.list(line: line, reading: channel), offset,
                            line * height * g.columns + channel * area + element
                        ))
                }
            }
        }
        for channel in 0..<g.outputChannels {
            for element in 0..<area {
                let (phase, offset) = offsets.backward(channel: channel, element: element)
                for line in 0..<backward.perPhase {
                    backwardTaps.append(
                        (
                            backward.list(phase: phase, line: line, reading: channel), offset,
                            channel * g.columns + line * height * area + element
                        ))
                }
            }
        }
        return ConvolutionProducts(
            geometry: g, inputHalo: offsets.inputHalo, gradientHalo: offsets.gradientHalo,
            forward: forward.taps(forwardTaps, across: g.columns),
            backward: backward.taps(backwardTaps, across: area))
    }

    /// The blocks at `positions` of the grid, one after the other, row by row in each.
    static func blocks(
        _ shape: BlockShape, _ positions: [Int], _ offsets: ConvolutionOffsets
    ) -> ConvolutionProducts {
        let (g, side, height) = (offsets.geometry, shape.side, min(shape.side, 8))
        let (area, linesInBlock, blocksInElement) = (g.kernelElements, side / height, g.inputChannels / side)
        let forward = Lines(channels: g.outputChannels, height: height, reading: g.inputChannels, area: area)
        let backward = Lines(
            channels: g.inputChannels, height: height, reading: g.outputChannels, area: area,
            phases: g.stride * g.stride)
        var (forwardTaps, backwardTaps) = ([Tap](), [Tap]())
        forwardTaps.reserveCapacity(positions.count * side * linesInBlock)
        backwardTaps.reserveCapacity(positions.count * side * linesInBlock)
        for (block, position) in positions.enumerated() {
            let (row, column) = position.quotientAndRemainder(dividingBy: shape.gridColumns)
            let (element, inputBlock) = column.quotientAndRemainder(dividingBy: blocksInElement)
            for half in 0..<linesInBlock {
                let line = row * linesInBlock + half
                for i in 0..<side where line < forward.perPhase {
                    let channel = inputBlock * side + i
                    forwardTaps.append(
                        (
                            forward.list(line: line, reading: channel),
                            offsets.forward(channel: channel, element: element),
                            block * shape.area + half * height * side + i
                        ))
                }
                for r in 0..<shape.height(ofGridRow: row) {
                    let channel = row * side + r
                    let (phase, offset) = offsets.backward(channel: channel, element: element)
                    backwardTaps.append(
                        (
                            backward.list(phase: phase, line: inputBlock * linesInBlock + half, reading: channel),
                            offset,
                            block * shape.area + r * side + half * height
                        ))
                }
            }
        }
        return ConvolutionProducts(
            geometry: g, inputHalo: offsets.inputHalo, gradientHalo: offsets.gradientHalo,
            forward: forward.taps(forwardTaps, across: side), backward: backward.taps(backwardTaps, across: 1))
    }

    /// How channels are cut into lines, and what they read into tiles.
    private struct Lines {
        let channels: Int
        let height: Int
        let phases: Int
        let perTile: Int
        let tiles: Int

        init(channels: Int, height: Int, reading: Int, area: Int, phases: Int = 1) {
            self.channels = channels
            self.height = height
            self.phases = phases
            perTile = ConvolutionTiling.channelsPerTile(channels: reading, area: area)
            tiles = (reading + perTile - 1) / perTile
        }

        var perPhase: Int { (channels + height - 1) / height }

        func list(phase: Int = 0, line: Int, reading channel: Int) -> Int {
            (phase * perPhase + line) * tiles + channel / perTile
        }

        /// The entries list by list; in a list, offsets rise: the processor fetches ahead upwards only.
        func taps(_ taps: [Tap], across: Int) -> ConvolutionTaps {
            let taps = taps.sorted { ($0.list, $0.offset) < ($1.list, $1.offset) }
            let starts = AlignedBuffer<UInt32>(count: phases * perPhase * tiles + 1)
            for tap in taps { starts.pointer[tap.list + 1] += 1 }
            for i in 1..<starts.count { starts.pointer[i] += starts.pointer[i - 1] }
            return ConvolutionTaps(
                lines: phases * perPhase, tiles: tiles, height: height, outputs: channels, across: across,
                starts: starts, offsets: AlignedBuffer(taps.map { Int32($0.offset) }),
                places: AlignedBuffer(taps.map { UInt32($0.place) }))
        }
    }
}
