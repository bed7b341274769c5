import SparseStore
import Testing

@testable import SparseModels

/// Convolutional networks with branches and pooling: gradients against central differences in double precision, and the
/// same bits on any number of threads.
@Suite struct ConvolutionalNetworkTests {
    static func conv(_ name: String, _ outputs: Int, _ kernel: Int = 3, stride: Int = 1) -> Conv2D {
        Conv2D(name: name, outputs: outputs, kernel: kernel, stride: stride)
    }

    static let stacks: [(String, [any ModelPart])] = [
        (
            "plain, bias and fused ReLU, uneven kernel, dilation, groups",
            [
                Conv2D(name: "c1", outputs: 4, kernel: 3, kernelColumns: 2, padding: 1, bias: true), ReLU(name: "r1"),
                Conv2D(name: "c2", outputs: 4, kernel: 3, stride: 2, padding: 2, dilation: 2, groups: 2, bias: true),
                Pooling(name: "p", .maximum, size: 3, stride: 2, padding: 1), Linear(name: "fc", outputs: 3),
            ]
        ),
        (
            "residual, identity and projection",
            [
                conv("c1", 3), BatchNorm(name: "b1"), ReLU(name: "r1"),
                Residual(
                    name: "block1",
                    body: [
                        conv("c2", 3), BatchNorm(name: "b2"), ReLU(name: "r2"), conv("c3", 3), BatchNorm(name: "b3"),
                    ]
                ), ReLU(name: "r3"),
                Residual(
                    name: "block2", body: [conv("c4", 4, stride: 2), BatchNorm(name: "b4")],
                    shortcut: [conv("s", 4, 1, stride: 2), BatchNorm(name: "b5")]), ReLU(name: "r4"),
                Pooling(globalAverage: "pool"), Linear(name: "fc", outputs: 3),
            ]
        ),
        (
            "normalisation first, dropout within",
            [
                conv("c1", 4), BatchNorm(name: "b1", relu: true),
                Residual(
                    name: "block1", body: [conv("c2", 4), Dropout(name: "d", rate: 0.3), conv("c3", 4)],
                    shortcut: [conv("s", 4, 1)]),
                Residual(
                    name: "block2", body: [BatchNorm(name: "b2", relu: true), conv("c4", 4), ReLU(name: "r")]),
                Pooling(name: "pool", .average, size: 2), Linear(name: "fc", outputs: 3),
            ]
        ),
        (
            "depthwise, ReLU alone, pooling and ReLU that share their input",
            [
                Conv2D(name: "c1", outputs: 4, kernel: 3, stride: 3, groups: 2), BatchNorm(name: "b1"),
                Residual(
                    name: "block", body: [ReLU(name: "r"), conv("c2", 4)],
                    shortcut: [Pooling(name: "p", .maximum, size: 1), Pooling(name: "q", .average, size: 1)]),
                Linear(name: "fc", outputs: 3),
            ]
        ),
        (
            "shortcuts of the input, linear layers and dropout that share theirs",
            [
                Residual(name: "block1", body: [conv("c1", 2)]),
                Residual(
                    name: "block2", body: [Dropout(name: "d1", rate: 0.2), conv("c2", 2)],
                    shortcut: [Dropout(name: "d2", rate: 0.4)]),
                Residual(
                    name: "block3", body: [Linear(name: "fc1", outputs: 5), Dropout(name: "d3", rate: 0.3)],
                    shortcut: [conv("c3", 2), Linear(name: "fc2", outputs: 5)]),
                Residual(name: "block4", body: [Linear(name: "fc3", outputs: 5, relu: true)]), ReLU(name: "r"),
                Linear(name: "fc4", outputs: 3),
            ]
        ),
        (
            "a sum of one thing with itself, blocks within blocks",
            [
                Residual(name: "block1", body: []), conv("c1", 3), Residual(name: "block2", body: [], shortcut: []),
                ReLU(name: "r1"),
                Residual(
                    name: "block3",
                    body: [
                        conv("c2", 3), BatchNorm(name: "b1"),
                        Residual(name: "block4", body: [BatchNorm(name: "b2"), ReLU(name: "r2")]), ReLU(name: "r3"),
                        conv("c3", 3),
                    ], shortcut: [Residual(name: "block5", body: [conv("c4", 3), BatchNorm(name: "b3")])]),
                BatchNorm(name: "b4"), Pooling(name: "p", .maximum, size: 2),
                Residual(name: "block6", body: [conv("c5", 3)], shortcut: [conv("c6", 3)]), ReLU(name: "r4"),
                Linear(name: "fc", outputs: 3),
            ]
        ),
        (
            "sums that leave their gradients to the normalisation after them, one within another",
            [
                conv("c1", 4), Residual(name: "block1", body: [BatchNorm(name: "b1", relu: true), conv("c2", 4)]),
                Residual(name: "block2", body: [BatchNorm(name: "b2", relu: true), conv("c3", 4), ReLU(name: "r")]),
                Residual(
                    name: "block3",
                    body: [
                        BatchNorm(name: "b3"),
                        Residual(name: "block4", body: [BatchNorm(name: "b4", relu: true), conv("c4", 4)]),
                    ]),
                BatchNorm(name: "b5", relu: true), Pooling(globalAverage: "pool"), Linear(name: "fc", outputs: 3),
            ]
        ),
        (
            "both ends of a block rectified, a convolution for its output",
            [
                Residual(
                    name: "block1",
                    body: [conv("c1", 3, stride: 2), BatchNorm(name: "b1"), ReLU(name: "r1")],
                    shortcut: [conv("c2", 3, stride: 2), ReLU(name: "r2")]), ReLU(name: "r3"),
                Pooling(name: "p", .average, size: 2), conv("c3", 3), Pooling(globalAverage: "pool"), conv("c4", 3),
            ]
        ),
    ]

    @Test(arguments: stacks.indices)
    func parametersMatchCentralDifferences(stack: Int) throws {
        let (what, layers) = Self.stacks[stack]
        let (rows, columns, samples) = (7, 6, 33)
        let network = try randomNetwork(
            layers, inputs: 2, rows: rows, columns: columns, batchSize: 40, density: 0.6, threads: 1 + stack % 3,
            seed: stack + 1)
        let (input, labels) = randomBatch(
            inputs: 2, rows: rows, columns: columns, halo: network.inputHalo, classes: 3, samples: samples,
            capacity: 40, seed: stack + 1)
        let loss = SoftmaxCrossEntropy()
        let sums = network.backward(input, labels: labels, samples: samples, loss: loss, step: 5)
        network.parameterGradients()
        let reference = DoubleNetwork(network, input: input, labels: labels, samples: samples, step: 5)
        #expect(abs(sums.meanLoss - reference.loss()) < 1e-5 * max(1, reference.loss()), "\(what)")
        for parameter in network.parameters {
            let positions = parameter.matrix?.storedPositions() ?? Array(0..<parameter.values.count)
            let gradient = parameter.matrix?.storedScores(of: .gradient) ?? parameter.gradient.array
            for (index, position) in positions.enumerated() where index % 5 == 0 || positions.count < 20 {
                let expected = reference.difference(parameter.name, position)
                let found = Double(gradient[index])
                #expect(
                    abs(found - expected) < 2e-4 * max(0.1, abs(expected)),
                    "\(what), \(parameter.name)[\(position)]: \(found), expected \(expected)")
            }
        }
        // What growth sees is the same dense gradient.
        for (index, matrix) in network.weights.enumerated() {
            let batch = try #require(network.gradientBatch(ofWeights: index))
            let positions = Array(stride(from: 0, to: matrix.positionCount, by: 7))
            let name = network.model.weightShapes[index].name + ".weight"
            let gradient = matrix.denseGradient(of: [batch], at: positions, workers: network.workers)
            for (position, found) in zip(positions, gradient) {
                let expected = reference.difference(name, position)
                #expect(abs(Double(found) - expected) < 2e-4 * max(0.1, abs(expected)), "\(what), \(name)[\(position)]")
            }
        }
    }

    @Test(arguments: stacks.indices)
    func threadsChangeNoBit(stack: Int) throws {
        var results: [[[UInt32]]] = []
        for threads in [1, 2, 3, 7, 64] {
            let network = try randomNetwork(
                Self.stacks[stack].1, inputs: 2, rows: 24, columns: 25, batchSize: 96, threads: threads, seed: 3)
            let (input, labels) = randomBatch(
                inputs: 2, rows: 24, columns: 25, halo: network.inputHalo, classes: 3, samples: 90, capacity: 96)
            for step in 0..<2 {
                _ = network.backward(input, labels: labels, samples: 90, loss: SoftmaxCrossEntropy(), step: step)
                try network.update(SGD(momentum: 0.9, weightDecay: 1e-3), learningRate: 0.1)
            }
            _ = network.evaluate(input, labels: labels, samples: 90, loss: SoftmaxCrossEntropy())
            results.append(
                network.parameters.map { $0.values.array.map(\.bitPattern) }
                    + network.buffers.map { $0.buffer.array.map(\.bitPattern) }
                    + [network.output.buffer.array.map(\.bitPattern)])
        }
        #expect(results.allSatisfy { $0 == results[0] })
    }

    /// A gradient that the backward pass computed is not that of connections that came later.
    @Test func connectionsMayChangeBeforeTheGradientsAreTaken() throws {
        let network = try randomNetwork(Self.stacks[1].1, inputs: 2, rows: 7, columns: 6, batchSize: 33)
        let (input, labels) = randomBatch(
            inputs: 2, rows: 7, columns: 6, halo: network.inputHalo, classes: 3, samples: 33, capacity: 33)
        _ = network.backward(input, labels: labels, samples: 33, loss: SoftmaxCrossEntropy(), step: 0)
        for matrix in network.weights {
            let stored = matrix.storedPositions()
            let grown = (0..<matrix.positionCount).filter { !stored.contains($0) }.prefix(2)
            try matrix.apply(
                TopologyChange(dropped: Array(stored.prefix(3)), grown: Array(grown)), workers: Workers(threads: 1))
        }
        network.parameterGradients()
        for (index, matrix) in network.weights.enumerated() {
            let batch = try #require(network.gradientBatch(ofWeights: index))
            let expected = matrix.denseGradient(
                of: [batch], at: matrix.storedPositions(), workers: network.workers)
            #expect(expected.contains { $0 != 0 })
            #expect(
                zip(matrix.storedScores(of: .gradient), expected).allSatisfy { abs($0 - $1) < 1e-4 * max(1, abs($1)) })
        }
    }

    /// Borders stay zero whatever passes.
    @Test func bordersStayZero() throws {
        let network = try randomNetwork(Self.stacks[1].1, inputs: 2, rows: 7, columns: 6, batchSize: 33)
        let (input, labels) = randomBatch(
            inputs: 2, rows: 7, columns: 6, halo: network.inputHalo, classes: 3, samples: 33, capacity: 33)
        for step in 0..<2 {
            _ = network.backward(input, labels: labels, samples: 33, loss: SoftmaxCrossEntropy(), step: step)
        }
        for panels in network.layers.flatMap({ [$0.output, $0.outputGradient] }) where panels.halo > 0 {
            let columns = panels.columns + 2 * panels.halo
            let outside = panels.buffer.array.enumerated().filter { index, value in
                let pixel = index % panels.panelStride % panels.mapStride / Panels.lanes
                let (row, column) = (pixel / columns - panels.halo, pixel % columns - panels.halo)
                return value != 0 && (row < 0 || row >= panels.rows || column < 0 || column >= panels.columns)
            }
            #expect(outside.isEmpty)
        }
    }

    /// Growth looks at panels of the right shape in networks with branches, too.
    @Test(arguments: stacks.indices)
    func gradientPanelsHaveTheShapesOfTheBatch(stack: Int) throws {
        let network = try randomNetwork(Self.stacks[stack].1, inputs: 2, rows: 7, columns: 6, batchSize: 33)
        let (input, labels) = randomBatch(
            inputs: 2, rows: 7, columns: 6, halo: network.inputHalo, classes: 3, samples: 33, capacity: 33)
        _ = network.backward(input, labels: labels, samples: 33, loss: SoftmaxCrossEntropy(), step: 0)
        for index in network.weights.indices {
            let batch = try #require(network.gradientBatch(ofWeights: index))
            let empty = network.gradientPanels(ofWeights: index, inputs: [.values(input)])
            #expect(batch.input === empty.input && batch.outputGradient === empty.outputGradient)
        }
    }
}
