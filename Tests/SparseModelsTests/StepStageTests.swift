import SparseStore
import Synchronization
import Testing

@testable import SparseModels

/// The stages of a step: observers and reducers stand between them and change nothing but what they are for.
struct StepStageTests {
    private static let layers: [any LayerDefinition] = [
        Linear(name: "fc1", outputs: 30), BatchNorm(name: "bn"), ReLU(name: "relu"), Dropout(name: "drop", rate: 0.2),
        Linear(name: "fc2", outputs: 4),
    ]

    private final class Counter: StepObserver {
        let works = Mutex<[StepWork]>([])
        func willDo(_ work: StepWork) {}
        func didDo(_ work: StepWork) { works.withLock { $0.append(work) } }
    }

    /// As if another process had the same gradients.
    private struct Doubling: GradientReducer {
        func reduce(_ branches: [AlignedBuffer<Float>], range: Range<Int>) { for i in range { branches[0][i] *= 2 } }
    }

    /// Weights after some steps.
    private func train(
        threads: Int = 1, clipNorm: Double? = nil, rate: Float = 0.05, _ change: (Network) -> Void
    ) throws -> [[Float]] {
        let network = try randomNetwork(Self.layers, inputs: 20, batchSize: 70, threads: threads)
        let (input, labels) = randomBatch(inputs: 20, classes: 4, samples: 66, capacity: 70)
        change(network)
        for step in 0..<3 {
            _ = network.backward(input, labels: labels, samples: 66, loss: SoftmaxCrossEntropy(), step: step)
            try network.update(SGD(momentum: 0), learningRate: rate, settings: UpdateSettings(clipNorm: clipNorm))
        }
        return network.parameters.map { $0.values.array }
    }

    @Test(arguments: [1, 3]) func anObserverChangesNothing(threads: Int) throws {
        let counter = Counter()
        let plain = try train(threads: threads) { _ in }
        // Parameters whose gradients are there after the backward pass.
        var joined = Set<Int>()
        let observed = try train(threads: threads) { network in
            network.observer = counter
            for layer in network.layers where layer.joinsGradients {
                let weights = layer.parameters[0].gradient
                joined.formUnion(network.parameters.indices.filter { network.parameters[$0].gradient === weights })
            }
        }
        #expect(observed == plain)
        let works = counter.works.withLock { $0 }
        for layer in 0..<4 {
            #expect(works.contains(.forward(layer: layer)) && works.contains(.backward(layer: layer)))
        }
        #expect(works.contains(.loss) && works.contains(.gradient(layer: 0, parameter: 0)))
        // All gradients are there when the first value moves.
        let first = try #require(works.firstIndex { if case .update = $0 { true } else { false } })
        let gradients = Set(
            works[..<first].compactMap { if case .gradient(_, let parameter) = $0 { parameter } else { nil } })
        #expect(gradients == Set(0..<6).subtracting(joined) && !works.contains(.reduce) && !works.contains(.clip))
    }

    @Test func aReducerStandsBeforeClippingAndUpdate() throws {
        let counter = Counter()
        // Twice the gradient is twice the step.
        #expect(try train { $0.reducer = Doubling() } == train(rate: 0.1) { _ in })
        // The norm is that of the sum: a bound twice as high scales twice the gradient to as much as before.
        let clipped = try train(clipNorm: 0.02) { _ in }
        let both = try train(clipNorm: 0.04, rate: 0.025) { network in
            network.reducer = Doubling()
            network.observer = counter
        }
        for (x, y) in zip(clipped.flatMap(\.self), both.flatMap(\.self)) { #expect(abs(x - y) < 1e-6) }
        let works = counter.works.withLock { $0.filter { $0 == .reduce || $0 == .clip } }
        #expect(works == [.reduce, .clip, .reduce, .clip, .reduce, .clip])
    }

    @Test func aTimerTellsLayersApart() throws {
        var now = 0.0
        let network = try randomNetwork(Self.layers, inputs: 20, batchSize: 70)
        let (input, labels) = randomBatch(inputs: 20, classes: 4, samples: 66, capacity: 70)
        // Each look at the clock takes a second: each piece of work one.
        let timer = StepTimer(network) {
            now += 1
            return now
        }
        network.observer = timer
        _ = network.backward(input, labels: labels, samples: 66, loss: SoftmaxCrossEntropy(), step: 0)
        try network.update(SGD(), learningRate: 0.1)
        #expect(timer.times.layers.count == 4 && timer.times.layers.allSatisfy { $0 >= 2 } && timer.times.loss >= 1)
        #expect(timer.times.optimizer == 6 && timer.times.total * 2 == now)
        timer.reset()
        #expect(timer.times.total == 0)
    }
}
