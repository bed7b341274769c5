import SparseStore
import Testing

@testable import SparseModels

/// Same seed, same bits, whatever the number of threads.
@Suite struct DeterminismTests {
    /// Everything a short training leaves behind.
    private struct Trace: Equatable {
        var losses: [Double] = []
        var outputs: [UInt32] = []
        var parameters: [[UInt32]] = []
        var states: [[UInt32]] = []
        var buffers: [[UInt32]] = []
    }

    private func train(threads: Int, samples: Int, clipNorm: Double?) throws -> Trace {
        // Wide enough that regions are worth more than one task.
        let network = try randomNetwork(
            [
                Linear(name: "fc1", outputs: 400), ReLU(name: "relu1"), Linear(name: "fc2", outputs: 500),
                BatchNorm(name: "bn2"), ReLU(name: "relu2"), Dropout(name: "dropout2", rate: 0.4),
                Linear(name: "fc3", outputs: 300), ReLU(name: "relu3"), Linear(name: "fc4", outputs: 10),
            ], inputs: 300, batchSize: 128, density: 0.2, threads: threads)
        let optimizer = SGD(momentum: 0.9, weightDecay: 1e-3)
        let (input, labels) = randomBatch(inputs: 300, classes: 10, samples: samples, capacity: 128)
        var trace = Trace()
        for step in 0..<2 {
            let loss = SoftmaxCrossEntropy(labelSmoothing: 0.1)
            let sums = network.backward(input, labels: labels, samples: samples, loss: loss, step: step)
            trace.losses.append(sums.loss)
            try network.update(optimizer, learningRate: 0.1, settings: UpdateSettings(clipNorm: clipNorm))
        }
        trace.losses.append(network.evaluate(input, labels: labels, samples: samples, loss: MeanSquaredError()).loss)
        trace.outputs = network.output.buffer.array.map(\.bitPattern)
        trace.parameters = network.parameters.map { $0.values.array.map(\.bitPattern) }
        trace.states = network.parameters.flatMap { $0.states.map { $0.array.map(\.bitPattern) } }
        trace.buffers = network.buffers.map { $0.buffer.array.map(\.bitPattern) }
        return trace
    }

    @Test(arguments: [1, 31, 32, 33, 128])
    func threadsChangeNoBit(samples: Int) throws {
        for clipNorm in [nil, 0.5] {
            let one = try train(threads: 1, samples: samples, clipNorm: clipNorm)
            #expect(one.losses.allSatisfy { $0.isFinite })
            for threads in [2, 3, 7, 16, 64] {
                #expect(try train(threads: threads, samples: samples, clipNorm: clipNorm) == one, "\(threads) threads")
            }
        }
    }

    @Test func aSampleDoesNotDependOnItsBatch() throws {
        let network = try randomNetwork(
            [Linear(name: "fc1", outputs: 50), ReLU(name: "relu1"), Linear(name: "fc2", outputs: 10)], inputs: 20,
            batchSize: 128)
        let (input, _) = randomBatch(inputs: 20, classes: 10, samples: 128, capacity: 128)
        let all = network.forward(input, samples: 128)
        let expected = (0..<128).map { sample in (0..<10).map { all[sample, $0] } }
        for samples in [1, 31, 32, 33, 100] {
            let some = network.forward(input, samples: samples)
            for sample in 0..<samples { #expect((0..<10).map { some[sample, $0] } == expected[sample]) }
        }
    }
}
