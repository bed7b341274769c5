import SparsePolicies
import SparseStore
import TestSupport
import Testing

struct MESTTests {
    @Test(arguments: Twins.Store.allCases, [0, 0.25]) func equalsAMaskedImplementation(
        store: Twins.Store, lambda: Double
    ) throws {
        for trial in 0..<10 {
            let seed = UInt64(trial)
            var policy = try Catalog.methods.named("mest").policy(
                MethodOptions(deltaT: .steps(6), dropFraction: 0.4, dropLambda: lambda),
                run: RunLength(steps: 48, stepsPerEpoch: 10))
            var twins = try Twins(shapes: Twins.randomShapes(trial), seed: seed, store: store)
            let before = twins.masked.map(\.active.count)
            let reports = try twins.train(&policy, batches: 48) { layers, step, batches in
                // Elastic mutation halves what it exchanges at 90 epochs of 160, and ends at 120: steps 27 and 36 of 48.
                let fraction = step < 27 ? 0.4 : 0.2
                for (index, layer) in layers.enumerated() where !layer.isFull {
                    let gradient = layer.latestGradient
                    let order = layer.active.sorted {
                        let a = layer.weights[$0].magnitude + Float(lambda) * gradient[$0].magnitude
                        let b = layer.weights[$1].magnitude + Float(lambda) * gradient[$1].magnitude
                        return (a, $0) < (b, $1)
                    }
                    let count = Int((fraction * Double(order.count)).rounded(.up))
                    layers[index].replaceAtRandom(
                        Array(order.prefix(count)), keepsValue: false,
                        random: CounterRandom(seed: seed, purpose: .growth, layer: index, step: step))
                }
            }
            #expect(reports.count == 5)
            #expect(twins.parameters.map(\.matrix.storedCount) == before)
        }
    }
}
