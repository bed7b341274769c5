import SparseParts
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
            var policy = try Parts.methods.named("mest").policy(
                Settings {
                    $0.deltaT = .steps(6)
                    $0.dropFraction = 0.4
                    $0.dropSchedule = "staged"
                    $0.dropLambda = lambda
                },
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

    /// The soft bound: 40 % more than the density at first, 20 % more in the last quarter, and at the end the density.
    @Test func theSoftBoundEndsAtTheDensity() throws {
        for trial in 0..<10 {
            let seed = UInt64(trial)
            var random = CounterRandom(seed: seed, purpose: .test)
            let shapes = (0..<3).map { _ in
                let (rows, columns) = (5 + random.next(below: 12), 10 + random.next(below: 14))
                return (rows: rows, columns: columns, stored: StoredCount.of(density: 0.28, positions: rows * columns))
            }
            let options = Settings {
                $0.deltaT = .steps(6)
                $0.dropFraction = 0.4
                $0.dropSchedule = "staged"
                $0.softBound = true
                $0.density = 0.2
            }
            let method = try Parts.methods.named("mest")
            #expect(try abs(method.initialDensity(options) - 0.28) < 1e-12)
            var policy = try method.policy(options, run: RunLength(steps: 48, stepsPerEpoch: 10))
            var twins = try Twins(shapes: shapes, seed: seed, store: .csr)
            let total = StoredCount.of(density: 0.2, positions: shapes.map { $0.rows * $0.columns }.reduce(0, +))
            let least = Apportionment.counts(
                total, shares: shapes.map { Double($0.stored) }, room: shapes.map(\.stored))
            var stored: [Int] = []
            let reports = try twins.train(&policy, batches: 48) { layers, step, _ in
                let extra = step < 27 ? 0.4 : step < 36 ? 0.2 : 0
                for (index, layer) in layers.enumerated() {
                    let order = layer.byMagnitude
                    let victims = Array(order.prefix(order.count - least[index]))
                    layers[index].exchange(
                        victims, for: Int((extra * Double(least[index])).rounded()),
                        random: CounterRandom(seed: seed, purpose: .growth, layer: index, step: step))
                }
                stored.append(layers.map(\.active.count).reduce(0, +))
            }
            #expect(reports.count == 7)
            #expect(stored.suffix(2) == [total, total])
            #expect(zip(stored, stored.dropFirst()).allSatisfy { $0 >= $1 })
            #expect(stored[0] > stored[4] && stored[4] > total)
        }
    }
}
