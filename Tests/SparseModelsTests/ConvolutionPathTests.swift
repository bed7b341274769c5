import SparseModels
import SparseStore
import Testing

/// Paths through convolutions of every kind, against a search over the dense masks of their weights.
struct ConvolutionPathTests {
    /// A network of two or three random convolutions and a linear layer, each with few weights.
    private func network(_ random: inout CounterRandom) throws -> Network {
        let input = ActivationShape(
            channels: [1, 3, 4, 16][random.next(below: 4)], rows: 1 + random.next(below: 6),
            columns: 1 + random.next(below: 6))
        var shape = input
        var layers: [any LayerDefinition] = []
        for index in 0..<2 + random.next(below: 2) {
            let dilation = 1 + random.next(below: 2)
            let padding = random.next(below: 3)
            let groups = [1, 1, 2, shape.channels][random.next(below: 4)]
            let definition = Conv2D(
                name: "conv\(index)",
                outputs: (shape.channels % groups == 0 ? groups : 1) * (1 + random.next(below: 8)),
                kernel: min(1 + random.next(below: 4), (shape.rows + 2 * padding - 1) / dilation + 1),
                kernelColumns: min(1 + random.next(below: 4), (shape.columns + 2 * padding - 1) / dilation + 1),
                stride: 1 + random.next(below: 3), padding: padding, dilation: dilation,
                groups: shape.channels % groups == 0 ? groups : 1)
            layers.append(definition)
            shape = definition.outputShape(for: [shape])
        }
        layers.append(Linear(name: "fc", outputs: 2))
        let model = try Model(name: "test", input: input, layers: layers)
        let matrices = try model.weightShapes.map { weights in
            var format = MatrixFormat.csr
            if let geometry = weights.convolution {
                let side = [4, 8, 16][random.next(below: 3)]
                if random.next(below: 2) == 0 && geometry.hasBlocks(ofSide: side) { format = .block(side) }
                if random.next(below: 6) == 0 { format = .dense }
            }
            let units = format.positionCount(rows: weights.rows, columns: weights.columns)
            let few = 1 + random.next(below: format == .csr ? weights.rows + weights.columns : 4)
            let positions =
                format == .dense ? Array(0..<units) : Sampling.distinct(min(units, few), below: units, random: &random)
            return try format.make(rows: weights.rows, columns: weights.columns, positions: positions)
        }
        return try Network(model: model, matrices: matrices, batchSize: 1, workers: Workers(threads: 1))
    }

    /// For each output channel of a layer the input channels (or inputs) that it reads: the stored weights one by one.
    private func links(_ matrix: any SparseMatrix, _ shape: WeightShape, inputs: Int) -> [[Bool]] {
        var joined = [[Bool]](repeating: [Bool](repeating: false, count: inputs), count: shape.rows)
        let (side, kernel) = (matrix.unitRows, shape.kernelRows * shape.kernelColumns)
        let across = (shape.columns + side - 1) / side
        for unit in matrix.storedPositions() {
            for row in unit / across * side..<min(shape.rows, unit / across * side + side) {
                for column in unit % across * side..<min(shape.columns, unit % across * side + side) {
                    guard let g = shape.convolution else {
                        joined[row][column * inputs / shape.columns] = true
                        continue
                    }
                    // Columns of blocks come kernel element by kernel element.
                    let (channel, element) =
                        side > 1
                        ? (column % shape.inputs, column / shape.inputs) : (column / kernel, column % kernel)
                    let (down, right) = (element / g.kernelColumns * g.dilation, element % g.kernelColumns * g.dilation)
                    let pixels = (0..<g.outputRows * g.outputColumns).contains { pixel in
                        let y = pixel / g.outputColumns * g.stride + down - g.padding
                        let x = pixel % g.outputColumns * g.stride + right - g.padding
                        return y >= 0 && y < g.inputRows && x >= 0 && x < g.inputColumns
                    }
                    let group = row / (g.outputChannels / g.groups)
                    if pixels { joined[row][group * shape.inputs + channel] = true }
                }
            }
        }
        return joined
    }

    private func expected(_ network: Network) -> [Int] {
        let shapes = network.model.weightShapes
        var channels = [network.model.input.channels] + shapes.dropLast().map(\.outputs)
        channels.append(shapes[shapes.count - 1].outputs)
        let joined = network.weights.indices.map { links(network.weights[$0], shapes[$0], inputs: channels[$0]) }
        /// Whether `channel` before `layer` leads to the output.
        func leads(_ channel: Int, from layer: Int) -> Bool {
            layer == shapes.count
                || shapes[layer].rows > 0
                    && (0..<shapes[layer].rows).contains { joined[layer][$0][channel] && reads[layer + 1][$0] }
        }
        var reads = channels.map { [Bool](repeating: true, count: $0) }
        for layer in (0..<shapes.count).reversed() {
            reads[layer] = (0..<channels[layer]).map { leads($0, from: layer) }
        }
        var fed = channels.map { [Bool](repeating: true, count: $0) }
        for layer in 0..<shapes.count {
            fed[layer + 1] = (0..<channels[layer + 1]).map { output in
                (0..<channels[layer]).contains { joined[layer][output][$0] && fed[layer][$0] }
            }
        }
        return shapes.indices.filter { layer in
            !(0..<channels[layer + 1]).contains { fed[layer + 1][$0] && reads[layer + 1][$0] }
        }
    }

    @Test func equalASearchOverTheDenseMasks() throws {
        var (whole, broken) = (0, 0)
        for trial in 0..<600 {
            var random = CounterRandom(seed: 13, purpose: .test, step: trial)
            let network = try network(&random)
            let found = network.layersWithoutPath
            #expect(found == expected(network), "trial \(trial)")
            if found.isEmpty { whole += 1 } else { broken += 1 }
        }
        #expect(whole > 100 && broken > 100)
    }

    /// A 1 x 1 map meets the middle of a 3 x 3 kernel only.
    @Test func weightsOnTheBorderJoinNothing() throws {
        let geometry = ConvolutionGeometry(
            inputChannels: 2, inputRows: 1, inputColumns: 1, outputChannels: 2, kernelRows: 3, kernelColumns: 3,
            padding: 1, groups: 2)
        let matrix = try ConvolutionMatrix(geometry, positions: [0, 13])
        #expect(matrix.outputsReached(from: [true, true]) == [false, true])
        #expect(matrix.inputsReached(from: [true, true]) == [false, true])
        #expect(matrix.outputsReached(from: [true, false]) == [false, false])
    }
}
