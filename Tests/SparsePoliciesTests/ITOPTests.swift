import SparseParts
import SparsePolicies
import SparseStore
import TestSupport
import Testing

struct ITOPTests {
    private func policy(_ name: String) throws -> any TopologyPolicy {
        try Parts.methods.named(name).policy(
            Settings { $0.deltaT = .steps(7) }, run: RunLength(steps: 35, stepsPerEpoch: 10))
    }

    private func count(_ layer: MaskedLayer, step: Int) -> Int {
        let fraction = CosineFraction(initial: 0.5, floor: 0.005, end: 35).fraction(at: step)
        return Int((fraction * Double(layer.active.count)).rounded(.up))
    }

    @Test(arguments: Twins.Store.allCases) func randomFormEqualsAMaskedImplementation(store: Twins.Store) throws {
        for trial in 0..<8 {
            let seed = UInt64(trial)
            var policy = try policy("itop-set")
            var twins = try Twins(shapes: Twins.randomShapes(trial), seed: seed, store: store)
            let reports = try twins.train(&policy, batches: 35) { layers, step, _ in
                for (index, layer) in layers.enumerated() where !layer.isFull {
                    layers[index].replaceAtRandom(
                        Array(layer.byMagnitude.prefix(count(layer, step: step))), keepsValue: true,
                        random: CounterRandom(seed: seed, purpose: .growth, layer: index, step: step))
                }
            }
            #expect(reports.count == 4)
        }
    }

    /// Growth by the gradient of the batch that has just trained the weights.
    @Test(arguments: Twins.Store.allCases) func gradientFormEqualsAMaskedImplementation(store: Twins.Store) throws {
        for trial in 0..<8 {
            var policy = try policy("itop-rigl")
            var twins = try Twins(shapes: Twins.randomShapes(trial), seed: UInt64(trial), store: store)
            let reports = try twins.train(&policy, batches: 35) { layers, step, batches in
                for index in layers.indices {
                    layers[index].replaceByGradient(
                        count(layers[index], step: step), mayRegrow: true, batches: batches[index])
                }
            }
            #expect(reports.count == 4)
        }
    }
}
