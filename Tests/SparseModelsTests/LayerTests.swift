import SparseStore
import TestSupport
import Testing

@testable import SparseModels

/// What layers do in evaluation, and what they keep between batches.
@Suite struct LayerTests {
    @Test func batchNormKeepsRunningStatisticsAndEvaluatesWithThem() throws {
        let network = try randomNetwork([BatchNorm(name: "bn")], inputs: 3, batchSize: 64)
        var (means, variances) = ([Double](repeating: 0, count: 3), [Double](repeating: 1, count: 3))
        for (step, samples) in [33, 64, 5].enumerated() {
            let (input, labels) = randomBatch(inputs: 3, classes: 3, samples: samples, capacity: 64, seed: step)
            _ = network.backward(input, labels: labels, samples: samples, loss: MeanSquaredError(), step: step)
            for c in 0..<3 {
                let x = (0..<samples).map { Double(input[$0, c]) }
                let mean = x.reduce(0, +) / Double(samples)
                let unbiased = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(samples - 1)
                means[c] = 0.9 * means[c] + 0.1 * mean
                variances[c] = 0.9 * variances[c] + 0.1 * unbiased
            }
        }
        #expect(network.buffers.map(\.name) == ["bn.running_mean", "bn.running_var"])
        for c in 0..<3 {
            #expect(abs(Double(network.buffers[0].buffer[c]) - means[c]) < 1e-6)
            #expect(abs(Double(network.buffers[1].buffer[c]) - variances[c]) < 1e-6)
        }
        let (input, _) = randomBatch(inputs: 3, classes: 3, samples: 40, capacity: 64, seed: 9)
        let output = network.forward(input, samples: 40)
        let (gamma, beta) = (network.parameters[0].values, network.parameters[1].values)
        for sample in 0..<40 {
            for c in 0..<3 {
                let normalised = (Double(input[sample, c]) - means[c]) / (variances[c] + 1e-5).squareRoot()
                #expect(abs(Double(output[sample, c]) - (Double(gamma[c]) * normalised + Double(beta[c]))) < 1e-5)
            }
        }
    }

    @Test func dropoutIsIdentityInEvaluation() throws {
        let network = try randomNetwork([Dropout(name: "dropout", rate: 0.5)], inputs: 8, batchSize: 40)
        let (input, _) = randomBatch(inputs: 8, classes: 8, samples: 40, capacity: 40)
        #expect(network.forward(input, samples: 40).buffer.array == input.buffer.array)
    }

    @Test func linearFusesOneReLU() throws {
        let model = try Model(
            name: "test", input: ActivationShape(channels: 4),
            layers: [Linear(name: "a", outputs: 3), ReLU(name: "r1"), ReLU(name: "r2"), Linear(name: "b", outputs: 2)])
        #expect(model.layers.map(\.name) == ["a", "r2", "b"])
        #expect((model.layers[0] as? Linear)?.relu == true)
    }

    @Test func networkRefusesOtherWeights() throws {
        let model = try Model(
            name: "test", input: ActivationShape(channels: 4), layers: [Linear(name: "fc1", outputs: 3)])
        let wrong = ReferenceMatrix(rows: 4, columns: 3, positions: [], values: [])
        for matrices in [[], [wrong], [wrong, wrong]] as [[any SparseMatrix]] {
            #expect(throws: ModelError.self) {
                _ = try Network(model: model, matrices: matrices, batchSize: 1, workers: Workers(threads: 1))
            }
        }
    }

    @Test func emptyWeightsGiveTheBias() throws {
        let model = try Model(
            name: "test", input: ActivationShape(channels: 4), layers: [Linear(name: "fc1", outputs: 3)])
        let empty = ReferenceMatrix(rows: 3, columns: 4, positions: [], values: [])
        let network = try Network(model: model, matrices: [empty], batchSize: 5, workers: Workers(threads: 2))
        network.parameters[1].values[2] = 2
        let (input, labels) = randomBatch(inputs: 4, classes: 3, samples: 5, capacity: 5)
        let output = network.forward(input, samples: 5)
        #expect((0..<5).allSatisfy { output[$0, 0] == 0 && output[$0, 2] == 2 })
        _ = network.backward(input, labels: labels, samples: 5, loss: SoftmaxCrossEntropy(), step: 0)
        try network.update(SGD(), learningRate: 0.1)
        #expect(network.parameters[1].values[2] < 2)
    }
}
