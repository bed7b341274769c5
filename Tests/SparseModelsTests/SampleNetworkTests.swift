import SparseParts
import SparseStore
import Testing

@testable import SparseModels

/// One sample alone gives what it gives in a panel.
@Suite struct SampleNetworkTests {
    private func check(_ network: Network, seed: Int) throws {
        let (shape, classes) = (network.model.input, network.model.output.channels)
        var random = CounterRandom(seed: UInt64(seed), purpose: .test, layer: 9)
        // Means on both sides of 0: above it they would leave nothing for deep networks to tell.
        for (name, buffer) in network.buffers.map({ ($0.name, $0.buffer) }) {
            let least: Float = name.hasSuffix("mean") ? -0.25 : 0
            for i in 0..<buffer.count { buffer[i] += least + Float(random.nextUnit()) * 0.5 }
        }
        let (input, _) = randomBatch(
            inputs: shape.channels, rows: shape.rows, columns: shape.columns, halo: network.model.inputHalo,
            classes: classes, samples: 3, capacity: 3, seed: seed)
        let many = network.forward(input, samples: 3)
        let single = try #require(try SampleNetwork(network))
        let memory = single.makeMemory()
        // What an earlier sample left must not matter.
        for sample in [2, 0, 1, 0] {
            for i in 0..<shape.elements {
                let (channel, pixel) = i.quotientAndRemainder(dividingBy: shape.rows * shape.columns)
                memory.input[i] = input[sample, channel, pixel / shape.columns, pixel % shape.columns]
            }
            single.forward(memory)
            let output = network.model.output
            var (largest, worst) = (Float(0), Float(0))
            for i in 0..<output.elements {
                let (channel, pixel) = i.quotientAndRemainder(dividingBy: output.rows * output.columns)
                let number = many[sample, channel, pixel / output.columns, pixel % output.columns]
                largest = max(largest, abs(number))
                worst = max(worst, abs(number - memory.output[i]))
            }
            #expect(largest > 0 && worst <= 1e-5 * largest, "\(worst) of \(largest)")
        }
    }

    /// Convolutions of every kind, with what may follow them, on maps of odd sizes.
    @Test(arguments: 0..<60)
    func randomLayers(seed: Int) throws {
        var random = CounterRandom(seed: UInt64(seed), purpose: .test, layer: 8)
        func below(_ bound: Int) -> Int { random.next(below: bound) }
        let groups = [1, 1, 2, 4][below(4)]
        let (channels, outputs) = (4 * (1 + below(3)), 4 * (1 + below(4)))
        let (kernel, dilation) = (1 + below(4), 1 + below(2))
        let (rows, columns) = (8 + below(10), 8 + below(30))
        var layers: [any ModelPart] = [
            Conv2D(
                name: "a", outputs: outputs, kernel: kernel, kernelColumns: 1 + below(3), stride: 1 + below(3),
                padding: below(4), dilation: dilation, groups: channels % groups == 0 ? groups : 1, bias: below(2) == 0)
        ]
        if below(2) == 0 { layers.append(BatchNorm(name: "bn")) }
        if below(2) == 0 { layers.append(ReLU(name: "relu")) }
        layers.append(
            Residual(
                name: "r",
                body: [
                    BatchNorm(name: "r.bn"), ReLU(name: "r.relu"), Conv2D(name: "r.c", outputs: outputs, kernel: 3),
                    Dropout(name: "r.d", rate: 0.5),
                ]))
        switch below(4) {
        case 0: layers.append(Pooling(name: "p", .maximum, size: 2))
        case 1: layers.append(Pooling(name: "p", .maximum, size: 3, stride: 2, padding: 1))
        case 2: layers.append(Pooling(name: "p", .average, size: 3, stride: 1 + below(2), padding: 1))
        default: break
        }
        if below(2) == 0 { layers += [Pooling(globalAverage: "g"), Linear(name: "fc", outputs: 5)] }
        let network: Network
        do {
            network = try randomNetwork(
                layers, inputs: channels, rows: rows, columns: columns, batchSize: 3, density: 0.4, seed: seed)
        } catch let error as ModelError {
            // A pooling does not fit into every map that a convolution leaves.
            #expect("\(error)".contains("fit"))
            return
        }
        try check(network, seed: seed)
    }

    @Test(arguments: [
        ("lenet5", "csr"), ("lenet5", "dense"), ("resnet20", "csr"), ("resnet20", "block8"), ("resnet20", "dense"),
        ("wrn-16-2", "csr"), ("wrn-16-2", "block4"), ("vgg16", "csr"), ("mobilenet-v1", "csr"),
        ("mobilenet-v1", "block4"),
    ])
    func models(name: String, format: String) throws {
        let model = try Parts.models.model(
            named: name, input: ActivationShape(channels: 3, rows: 32, columns: 32), classes: 10)
        let asked = try #require(MatrixFormat(format))
        var matrices: [any SparseMatrix] = []
        for (layer, shape) in model.weightShapes.enumerated() {
            let hasBlocks = shape.convolution?.hasBlocks(ofSide: asked.unitSide) ?? true
            let format = layer == 0 ? .dense : hasBlocks ? asked : .csr
            var random = CounterRandom(seed: 3, purpose: .test, layer: layer)
            let total = format.positionCount(rows: shape.rows, columns: shape.columns)
            let positions = (0..<total).filter { _ in format == .dense || random.nextUnit() < 0.2 }
            let count = format.weightPositions(ofUnits: positions, rows: shape.rows, columns: shape.columns).count
            let scale = (6 * Double(shape.rows) / Double(max(1, count))).squareRoot()
            let values = (0..<count).map { _ in Float((2 * random.nextUnit() - 1) * scale) }
            matrices.append(
                try format.make(rows: shape.rows, columns: shape.columns, positions: positions, values: values))
        }
        try check(try Network(model: model, matrices: matrices, batchSize: 3, workers: Workers(threads: 1)), seed: 1)
    }
}
