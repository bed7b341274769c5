import SparseStore
import Testing

@testable import SparseModels

/// The network's update over all parameters: fusing, clipping, decay, what is not finite.
@Suite struct UpdateTests {
    private static let layers: [any LayerDefinition] = [
        Linear(name: "fc1", outputs: 30), BatchNorm(name: "bn1"), ReLU(name: "relu1"), Linear(name: "fc2", outputs: 5),
    ]

    private func prepared(threads: Int = 2) throws -> Network {
        let network = try randomNetwork(UpdateTests.layers, inputs: 12, batchSize: 64, threads: threads)
        let (input, labels) = randomBatch(inputs: 12, classes: 5, samples: 50, capacity: 64)
        _ = network.backward(input, labels: labels, samples: 50, loss: SoftmaxCrossEntropy(), step: 0)
        return network
    }

    /// One step of plain gradient descent by hand.
    private func expectStep(
        _ network: Network, scale: Double, weightDecay: Double, vectorDecay: Double, update: () throws -> Void
    )
        rethrows
    {
        network.parameterGradients()
        let before = network.parameters.map { ($0.values.array, $0.gradient.array) }
        try update()
        for (parameter, (values, gradient)) in zip(network.parameters, before) {
            let decay = parameter.kind == .weight ? weightDecay : vectorDecay
            for i in values.indices {
                let g = scale * Double(gradient[i]) + decay * Double(values[i])
                let expected = Double(values[i]) - 0.5 * g
                #expect(abs(Double(parameter.values[i]) - expected) < 1e-6, "\(parameter.name)[\(i)]")
            }
        }
    }

    @Test func updatesEveryParameter() throws {
        let network = try prepared()
        try expectStep(network, scale: 1, weightDecay: 0.1, vectorDecay: 0.1) {
            try network.update(SGD(momentum: 0, weightDecay: 0.1), learningRate: 0.5)
        }
        #expect(network.updateCount == 1)
    }

    @Test func vectorsAreSparedDecayOnRequest() throws {
        let network = try prepared()
        try expectStep(network, scale: 1, weightDecay: 0.1, vectorDecay: 0) {
            try network.update(
                SGD(momentum: 0, weightDecay: 0.1), learningRate: 0.5, settings: UpdateSettings(decaysVectors: false))
        }
    }

    @Test func clippingScalesTheWholeGradientToTheNorm() throws {
        let network = try prepared()
        network.parameterGradients()
        var squares = 0.0
        for parameter in network.parameters {
            for g in parameter.gradient.array { squares += Double(g) * Double(g) }
        }
        let norm = squares.squareRoot()
        #expect(abs(network.gradientNorm() - norm) < 1e-9 * norm)
        for clipNorm in [norm / 3, norm * 2] {
            try expectStep(network, scale: min(1, clipNorm / norm), weightDecay: 0, vectorDecay: 0) {
                try network.update(
                    SGD(momentum: 0), learningRate: 0.5, settings: UpdateSettings(clipNorm: clipNorm))
            }
        }
    }

    @Test(arguments: [nil, 1.0])
    func namesTheParameterWhoseGradientIsNotFinite(clipNorm: Double?) throws {
        let network = try prepared()
        // The first layer's gradient is not there yet, whatever the processor.
        let batch = try #require(network.gradientBatch(ofWeights: 0))
        batch.outputGradient[3, 2] = .infinity
        #expect(throws: NonFiniteGradient(parameter: "fc1.weight")) {
            try network.update(SGD(), learningRate: 0.1, settings: UpdateSettings(clipNorm: clipNorm))
        }
    }

    @Test func aNaNWeightReachesTheLoss() throws {
        let network = try prepared()
        network.weights[0].values[0] = .nan
        network.weights[0].valuesHaveChanged()
        let (input, labels) = randomBatch(inputs: 12, classes: 5, samples: 50, capacity: 64)
        let sums = network.backward(input, labels: labels, samples: 50, loss: SoftmaxCrossEntropy(), step: 1)
        #expect(!sums.loss.isFinite)
    }

    @Test func planFollowsAChangeOfTopology() throws {
        let network = try prepared()
        let optimizer = SGD(momentum: 0.9)
        try network.update(optimizer, learningRate: 0.1)
        let matrix = network.weights[0]
        let stored = matrix.storedPositions()
        try matrix.apply(TopologyChange(dropped: Array(stored.prefix(5))), workers: Workers(threads: 1))
        let (input, labels) = randomBatch(inputs: 12, classes: 5, samples: 50, capacity: 64)
        _ = network.backward(input, labels: labels, samples: 50, loss: SoftmaxCrossEntropy(), step: 1)
        let before = matrix.values.array
        try network.update(optimizer, learningRate: 0.1)
        #expect(matrix.values.count == stored.count - 5)
        #expect(zip(before, matrix.values.array).allSatisfy { $0 != $1 })
    }

    @Test func trainingFitsATinyProblem() throws {
        let network = try randomNetwork(
            [Linear(name: "fc1", outputs: 40), ReLU(name: "relu1"), Linear(name: "fc2", outputs: 3)], inputs: 10,
            batchSize: 40, threads: 2)
        let (input, labels) = randomBatch(inputs: 10, classes: 3, samples: 40, capacity: 40)
        let loss = SoftmaxCrossEntropy()
        for step in 0..<300 {
            _ = network.backward(input, labels: labels, samples: 40, loss: loss, step: step)
            try network.update(SGD(momentum: 0.9), learningRate: 0.05)
        }
        let sums = network.evaluate(input, labels: labels, samples: 40, loss: loss, metrics: [TopAccuracy(1)])
        #expect(sums.sums == [40] && sums.meanLoss < 0.05)
    }
}
