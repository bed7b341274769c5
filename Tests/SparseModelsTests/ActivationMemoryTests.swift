import SparseParts
import SparseStore
import Testing

@testable import SparseModels

/// What the outputs of layers and their gradients need of memory.
@Suite struct ActivationMemoryTests {
    private static let small = ActivationShape(channels: 3, rows: 32, columns: 32)
    private static let names = [
        "mlp:300,100", "lenet5", "vgg-c", "vgg16", "resnet20", "resnet56", "resnet18", "resnet50", "wrn-22-2",
        "mobilenet-v1",
    ]

    private func model(_ name: String, dropout: Double = 0) throws -> Model {
        try Parts.models.model(
            named: name, input: Self.small, classes: 10, options: Settings { $0.dropout = dropout })
    }

    /// Numbers in the outputs of all layers for one sample, without borders.
    private func outputs(_ model: Model) -> Int { model.nodes.map(\.output.elements).reduce(0, +) }

    /// Outputs and gradients together stay below what the outputs of all layers need by themselves.
    @Test func wideResNet22NeedsNoMoreThanItsOutputs() throws {
        let model = try model("wrn-22-2")
        #expect(model.activationByteCount(batchSize: 128) <= 128 * 4 * outputs(model))
    }

    /// What is needed at one moment: no plan can need less.
    private func least(_ model: Model) throws -> Double {
        let activations = ModelActivations(model)
        let used = Set(activations.outputs).union(activations.gradients).map { activations.all[$0] }
        let sizes = (0...StepClock.write(StepClock(layers: model.nodes.count).end)).map { moment in
            used.filter { $0.lifetime.first <= moment && moment <= $0.lifetime.last }
                .map { $0.size(halo: $0.halo) }.reduce(0, +)
        }
        return Double(try #require(sizes.max()))
    }

    @Test(arguments: names, [Double(0), 0.3])
    func plansAreNearTheLeastPossible(name: String, dropout: Double) throws {
        let model = try model(name, dropout: dropout)
        let planned = ActivationPlan(model).slotSizes.reduce(0, +)
        #expect(try Double(planned) <= 1.1 * least(model), "\(name)")
    }

    @Test(arguments: names)
    func aCopyOfABatchIsAsLargeAsEstimated(name: String) throws {
        let model = try model(name)
        let network = try network(model, batchSize: 33)
        let input = Panels(
            channels: 3, rows: 32, columns: 32, halo: model.inputHalo, samples: 33)
        let found = model.weightShapes.indices.map { index in
            let pair = network.gradientPanels(ofWeights: index, inputs: [.values(input)])
            return [pair.input, pair.outputGradient].map { $0.panelCount * $0.panelSize * 4 }.reduce(0, +)
        }
        #expect(found == model.gradientPairByteCounts(batchSize: 33))
    }

    private func network(_ model: Model, batchSize: Int) throws -> Network {
        let matrices = try model.weightShapes.enumerated().map { index, shape in
            try CSRMatrix(rows: shape.rows, columns: shape.columns, positions: [index % shape.columns])
        }
        return try Network(model: model, matrices: matrices, batchSize: batchSize, workers: Workers(threads: 1))
    }

    @Test(arguments: names)
    func theEstimateIsWhatIsAllocated(name: String) throws {
        let model = try model(name)
        let network = try network(model, batchSize: 33)
        var buffers: [ObjectIdentifier: Int] = [:]
        for panels in network.layers.flatMap({ [$0.output, $0.outputGradient] }) {
            buffers[ObjectIdentifier(panels.buffer)] = panels.buffer.byteCount
        }
        #expect(buffers.values.reduce(0, +) == model.activationByteCount(batchSize: 33))
        let input = randomBatch(
            inputs: model.input.channels, rows: model.input.rows, columns: model.input.columns,
            halo: network.inputHalo, classes: 10, samples: 1, capacity: 33
        ).input
        #expect(input.buffer.byteCount == model.inputByteCount(batchSize: 33))
    }

    /// Queries, keys and values read one normalised stream, each by a copy with a gradient of its own.
    @Test func whatSeveralReadIsHeldOnce() throws {
        let model = try smallGPT("3x64", context: 64, heads: 4)
        let network = try network(model, batchSize: 64)
        let copies = model.nodes.indices.filter { model.nodes[$0].definition is Copy }
        try #require(copies.count == 9)
        for copy in copies {
            let source = try #require(model.nodes[copy].sources[0].layer)
            #expect(network.layers[copy].output.buffer === network.layers[source].output.buffer)
        }
        // Of each block at the end of the forward pass: two sums, two normalised, queries, keys, values, what attention gives, and two of
        // four times the width. Gradients take the place of those that are of no use any more.
        let block = 2 + 2 + 3 + 1 + 4 + 4
        let floats = Double(64 * Panels.lanes)
        #expect(try least(model) <= floats * Double(3 * block + 8))
        #expect(try Double(ActivationPlan(model).slotSizes.reduce(0, +)) <= 1.1 * least(model))
    }

    /// A layer that is not finite is found although its output's memory has been used again.
    @Test func theFirstOutputThatIsNotFiniteIsNamed() throws {
        let network = try randomNetwork(
            [
                Conv2D(name: "c1", outputs: 3, kernel: 3), BatchNorm(name: "b1", relu: true),
                Conv2D(name: "c2", outputs: 3, kernel: 3), BatchNorm(name: "b2", relu: true),
                Pooling(globalAverage: "pool"), Linear(name: "fc", outputs: 3),
            ], inputs: 2, rows: 5, columns: 5, batchSize: 4, density: 1)
        let (input, labels) = randomBatch(
            inputs: 2, rows: 5, columns: 5, halo: network.inputHalo, classes: 3, samples: 4, capacity: 4)
        _ = network.backward(input, labels: labels, samples: 4, loss: SoftmaxCrossEntropy(), step: 0)
        #expect(network.firstNotFiniteOutput() == nil)
        network.weights[1].values[0] = .infinity
        network.weights[1].valuesHaveChanged()
        _ = network.backward(input, labels: labels, samples: 4, loss: SoftmaxCrossEntropy(), step: 0)
        #expect(network.firstNotFiniteOutput() == "c2")
    }
}
