import Testing

@testable import SparseStore

/// A random convolution with its sparse weights, and the same by direct loops in double precision, straight from the
/// definition.
struct ConvolutionCase {
    let geometry: ConvolutionGeometry
    let samples: Int
    /// Positions of the stored weights in PyTorch's order, and all weights in that order.
    let positions: [Int]
    let weights: [Double]
    let matrix: any StoredConvolution
    /// Place of each of `positions` in store order.
    let places: [Int]
    var label: String { "\(geometry), \(samples) samples, \(positions.count) weights, \(matrix.format)" }

    init(_ random: inout CounterRandom, format: MatrixFormat = .csr) throws {
        // Blocks and dense convolutions have one group.
        let groups = format == .csr ? [1, 1, 1, 2, 3, 4][random.next(below: 6)] : 1
        let depthwise = groups > 1 && random.next(below: 3) == 0
        let inputs = groups * (depthwise ? 1 : 1 + random.next(below: 5)) * format.unitSide
        let outputs = groups * (1 + random.next(below: format == .csr ? 6 : 20))
        let (kernelRows, kernelColumns) = (1 + random.next(below: 5), 1 + random.next(below: 5))
        let (dilation, padding) = (1 + random.next(below: 2), random.next(below: 4))
        let rows = max(1, dilation * (kernelRows - 1) + 1 - 2 * padding) + random.next(below: 8)
        let columns = max(1, dilation * (kernelColumns - 1) + 1 - 2 * padding) + random.next(below: 20)
        geometry = ConvolutionGeometry(
            inputChannels: inputs, inputRows: rows, inputColumns: columns, outputChannels: outputs,
            kernelRows: kernelRows, kernelColumns: kernelColumns, stride: 1 + random.next(below: 3), padding: padding,
            dilation: dilation, groups: groups)
        samples = [1, 3, 32, 33, 40][random.next(below: 5)]
        let extraHalo = random.next(below: 3) == 0 ? 1 : 0
        let density = format == .dense ? 1 : [0.1, 0.5, 1][random.next(below: 3)]
        let units = format.positionCount(rows: geometry.rows, columns: geometry.columns)
        let chosen = (0..<units).filter { _ in density == 1 || random.nextUnit() < density }
        // Positions as the format counts them.
        let own = format.weightPositions(ofUnits: chosen, rows: geometry.rows, columns: geometry.columns)
        let values = own.map { _ in Float(2 * random.nextUnit() - 1) }
        // Made for the convolution, or for whatever it may be.
        let stored = try format.make(
            rows: geometry.rows, columns: geometry.columns, positions: chosen, values: values,
            convolution: random.next(below: 2) == 0 ? geometry : nil)
        let matrix = try geometry.store(
            stored, inputHalo: padding + extraHalo, gradientHalo: geometry.gradientHalo + extraHalo)
        self.matrix = try #require(matrix as? any StoredConvolution)
        let g = self.matrix.geometry
        let found = own.map { position in
            let (channel, element) = g.place(ofColumn: position % g.columns)
            return position / g.columns * g.columns + channel * g.kernelElements + element
        }
        positions = found
        places = Self.places(of: self.matrix, units: chosen, weights: own)
        var dense = [Double](repeating: 0, count: g.rows * g.columns)
        for (position, value) in zip(found, values) { dense[position] = Double(value) }
        weights = dense
    }

    /// Where the weights at these positions lie, from where the units lie.
    private static func places(of matrix: any StoredConvolution, units: [Int], weights: [Int]) -> [Int] {
        let (side, columns) = (matrix.unitRows, matrix.columns)
        let begins = Dictionary(uniqueKeysWithValues: zip(units, matrix.storeIndices()))
        return weights.map { position in
            let (row, column) = position.quotientAndRemainder(dividingBy: columns)
            let unit = row / side * ((columns + side - 1) / side) + column / side
            return (begins[unit] ?? -1) + row % side * side + column % side
        }
    }

    func input(_ random: inout CounterRandom) -> Panels {
        let g = geometry
        return Self.fill(
            Panels(
                channels: g.inputChannels, rows: g.inputRows, columns: g.inputColumns, halo: matrix.inputHalo,
                samples: samples), samples, &random)
    }

    func outputGradient(_ random: inout CounterRandom) -> Panels {
        let g = geometry
        return Self.fill(
            Panels(
                channels: g.outputChannels, rows: g.outputRows, columns: g.outputColumns, halo: matrix.gradientHalo,
                samples: samples), samples, &random)
    }

    /// Visits every product of the convolution of one sample: output (channel, row, column), input, position of weight.
    func visit(_ body: ((c: Int, y: Int, x: Int), (c: Int, y: Int, x: Int), Int) -> Void) {
        let g = geometry
        let (groupInputs, groupOutputs) = (g.inputChannels / g.groups, g.outputChannels / g.groups)
        for o in 0..<g.outputChannels {
            for y in 0..<g.outputRows {
                for x in 0..<g.outputColumns {
                    for i in 0..<groupInputs {
                        for u in 0..<g.kernelRows {
                            for v in 0..<g.kernelColumns {
                                let row = y * g.stride + u * g.dilation - g.padding
                                let column = x * g.stride + v * g.dilation - g.padding
                                guard row >= 0, row < g.inputRows, column >= 0, column < g.inputColumns else {
                                    continue
                                }
                                let position = ((o * groupInputs + i) * g.kernelRows + u) * g.kernelColumns + v
                                body((o, y, x), (o / groupOutputs * groupInputs + i, row, column), position)
                            }
                        }
                    }
                }
            }
        }
    }

    static func fill(_ panels: Panels, _ samples: Int, _ random: inout CounterRandom) -> Panels {
        for sample in 0..<samples {
            for channel in 0..<panels.channels {
                for row in 0..<panels.rows {
                    for column in 0..<panels.columns {
                        panels[sample, channel, row, column] = Float(2 * random.nextUnit() - 1)
                    }
                }
            }
        }
        return panels
    }
}

/// Sums with the sum of absolute values beside them, which bounds the rounding error.
struct Sums {
    var sum: [Double]
    var scale: [Double]

    init(count: Int) {
        sum = [Double](repeating: 0, count: count)
        scale = [Double](repeating: 1, count: count)
    }

    mutating func add(_ value: Double, at index: Int) {
        sum[index] += value
        scale[index] += abs(value)
    }

    func isClose(_ value: Float, at index: Int) -> Bool { abs(Double(value) - sum[index]) <= 2e-6 * scale[index] }
}
