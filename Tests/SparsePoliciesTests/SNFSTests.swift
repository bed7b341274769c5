import SparseParts
import SparsePolicies
import SparseStore
import TestSupport
import Testing

struct SNFSTests {
    /// mu = 0.5 and four batches, so that the replayed momentum is exact in single precision.
    private let options = Settings {
        $0.deltaT = .steps(6)
        $0.growMomentum = 0.5
        $0.growWindow = 4
    }

    /// The update over masks, with the momentum of the window held densely.
    private func update(_ layers: inout [MaskedLayer], fraction: Double, batches: [[WholeBatch]]) {
        let means = layers.map { layer in
            layer.active.reduce(0) { $0 + Double(layer.momentum[$1].magnitude) } / Double(max(1, layer.active.count))
        }
        let sum = means.reduce(0, +)
        let victims = layers.indices.map { index -> [Int] in
            let (layer, share) = (layers[index], means[index] / sum)
            let sparsity = Double(layer.mask.count - layer.active.count) / Double(layer.mask.count)
            let isUseful = 1 / Double(layers.count) / share < 1
            let rate = sparsity < 0.2 && isUseful ? min(sparsity, fraction) : fraction
            return Array(layer.byMagnitude.prefix(Int((rate * Double(layer.active.count)).rounded(.up))))
        }
        let room = zip(layers, victims).map { $0.mask.count - $0.active.count + $1.count }
        let counts = Apportionment.counts(victims.map(\.count).reduce(0, +), shares: means, room: room)
        for index in layers.indices {
            let layer = layers[index]
            var momentum = [Float](repeating: 0, count: layer.mask.count)
            for batch in batches[index] {
                let gradient = layer.gradient(of: [batch])
                for position in momentum.indices { momentum[position] = 0.5 * momentum[position] + gradient[position] }
            }
            let kept = layer.active.filter { !victims[index].contains($0) }
            let best = layer.mask.indices.filter { !kept.contains($0) }
                .sorted { (-momentum[$0].magnitude, $0) < (-momentum[$1].magnitude, $1) }
            let grown = best.prefix(counts[index])
            layers[index].keep(kept + grown)
            // A new weight has the momentum that it would have had if it had always been stored.
            for position in grown where !layer.mask[position] { layers[index].momentum[position] = momentum[position] }
        }
    }

    @Test(arguments: Twins.Store.allCases) func equalsAMaskedImplementation(store: Twins.Store) throws {
        var moved = 0
        for trial in 0..<10 {
            var policy = try Parts.methods.named("snfs").policy(
                options, run: RunLength(steps: 30, stepsPerEpoch: 10))
            #expect(policy.gradientBatches == 4)
            var twins = try Twins(shapes: Twins.randomShapes(trial), seed: UInt64(trial), store: store)
            let before = twins.masked.map(\.active.count)
            let reports = try twins.train(&policy, batches: 30) { layers, step, batches in
                let fraction = CosineFraction(initial: 0.5, floor: 0.005, end: 30).fraction(at: step)
                update(&layers, fraction: fraction, batches: batches)
            }
            #expect(reports.count == 4)
            let after = twins.parameters.map(\.matrix.storedCount)
            #expect(after.reduce(0, +) == before.reduce(0, +))
            if after != before { moved += 1 }
        }
        #expect(moved >= 8)
    }

    /// A window longer than the time between updates reaches back behind the last one.
    @Test func longWindowsOutliveUpdates() throws {
        var policy = try Parts.methods.named("snfs").policy(
            Settings {
                $0.deltaT = .steps(3)
                $0.growMomentum = 0.5
                $0.growWindow = 5
            },
            run: RunLength(steps: 12, stepsPerEpoch: 10))
        var twins = try Twins(shapes: Twins.randomShapes(3), seed: 3, store: .csr)
        var lengths: [Int] = []
        _ = try twins.train(&policy, batches: 12) { layers, step, batches in
            lengths.append(batches[0].count)
            let fraction = CosineFraction(initial: 0.5, floor: 0.005, end: 12).fraction(at: step)
            update(&layers, fraction: fraction, batches: batches)
        }
        #expect(lengths == [3, 5, 5])
    }

    @Test func theResidualOfTheWindowIsKnown() {
        #expect(abs(MomentumGrow(coefficient: 0.9, window: 44).residual - 0.0097) < 1e-4)
        #expect(MomentumGrow(coefficient: 0, window: 1).residual == 0)
    }
}
