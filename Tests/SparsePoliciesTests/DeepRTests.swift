import SparseParts
import SparsePolicies
import SparseStore
import TestSupport
import Testing

struct DeepRTests {
    private func sign(_ position: Int, _ layer: Int, _ seed: UInt64) -> Float {
        CounterRandom(seed: seed, purpose: .noise, layer: layer).word(UInt64(position)) & 1 == 0 ? 1 : -1
    }

    /// Walk, drop, growth of one layer over a mask.
    private func rewire(_ layer: inout MaskedLayer, index: Int, step: Int, seed: UInt64, noise: Double, l1: Double) {
        let random = CounterRandom(seed: seed, purpose: .noise, layer: index, step: step)
        for position in layer.active {
            let theta = noise * CounterRandom.normal(random.word(UInt64(position))) - l1
            layer.weights[position] += sign(position, index, seed) * Float(1.0 / 256 * theta)
        }
        let gone = layer.active.filter { sign($0, index, seed) * layer.weights[$0] <= 0 }
        layer.replaceAtRandom(
            gone, keepsValue: false,
            random: CounterRandom(seed: seed, purpose: .growth, layer: index, step: step))
    }

    @Test(arguments: Twins.Store.allCases) func equalsAMaskedImplementation(store: Twins.Store) throws {
        for trial in 0..<8 {
            let seed = UInt64(trial)
            var policy = try Parts.methods.named("deepr").policy(
                Settings {
                    $0.noise = 3
                    $0.l1 = 2
                }, run: RunLength(steps: 20, stepsPerEpoch: 10))
            var twins = try Twins(shapes: Twins.randomShapes(trial), seed: seed, store: store)
            for index in twins.masked.indices {
                for position in twins.masked[index].active {
                    twins.masked[index].weights[position] =
                        sign(position, index, seed) * twins.masked[index].weights[position].magnitude
                }
            }
            let before = twins.masked.map(\.active.count)
            let reports = try twins.train(&policy, batches: 20) { layers, step, _ in
                for index in layers.indices {
                    rewire(&layers[index], index: index, step: step, seed: seed, noise: 3, l1: 2)
                }
            }
            #expect(reports.count == 19)
            #expect(twins.parameters.map(\.matrix.storedCount) == before)
            #expect(reports.joined().contains { $0.dropped > 0 })
        }
    }

    @Test func normalNumbersAreNormal() {
        let random = CounterRandom(seed: 1, purpose: .test)
        let values = (0..<20_000).map { CounterRandom.normal(random.word(UInt64($0))) }
        let mean = values.reduce(0, +) / 20_000
        let variance = values.reduce(0) { $0 + $1 * $1 } / 20_000
        #expect(abs(mean) < 0.03 && abs(variance - 1) < 0.05)
        #expect(values.allSatisfy { $0.isFinite })
    }
}
