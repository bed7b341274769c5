import SparsePolicies
import SparseStore
import TestSupport
import Testing

struct SETTests {
    private let run = RunLength(steps: 40, stepsPerEpoch: 8)

    private func policy(_ options: MethodOptions) throws -> any TopologyPolicy {
        try Catalog.methods.named("set").policy(options, run: run)
    }

    /// The draw of the growth, over an explicit list of the free positions.
    private func drawn(_ count: Int, of free: [Int], layer: Int, step: Int, seed: UInt64) -> [Int] {
        var random = CounterRandom(seed: seed, purpose: .growth, layer: layer, step: step)
        return Sampling.distinct(count, below: free.count, random: &random).map { free[$0] }
    }

    @Test func updatesAtTheEndOfEveryEpochButTheLast() throws {
        let policy = try policy(MethodOptions())
        var lastUpdate = 0
        for step in 0..<40 {
            let plan = policy.plan(after: step, lastUpdate: lastUpdate)
            let isDue = [7, 15, 23, 31].contains(step)
            #expect(plan == BatchPlan(trainsWeights: true, updatesTopology: isDue, keepsGradients: false))
            if isDue { lastUpdate = step + 1 }
        }
    }

    /// SET as RigL's repository and the reference of the comparison have it: magnitude drop, cosine, zeros, and a
    /// weight that is drawn again keeps value and momentum.
    @Test(arguments: Twins.Store.allCases) func magnitudeFormEqualsAMaskedImplementation(store: Twins.Store) throws {
        for trial in 0..<12 {
            let seed = UInt64(trial)
            var twins = try Twins(shapes: Twins.randomShapes(trial), seed: seed, store: store)
            var policy = try policy(
                MethodOptions(
                    deltaT: .steps(5), endFraction: 0.75, dropRule: "magnitude", dropFraction: 0.3,
                    dropSchedule: "cosine", regrowth: .keepsValue, newValues: "zero"))
            let before = twins.masked.map(\.active.count)
            let reports = try twins.train(&policy, batches: 40) { layer, index, step, _ in
                guard layer.active.count < layer.mask.count else { return }
                let fraction = CosineFraction(initial: 0.3, end: 30).fraction(at: step)
                let count = Int(fraction * Double(layer.active.count))
                let kept = Array(layer.byMagnitude.dropFirst(count))
                let free = layer.mask.indices.filter { !kept.contains($0) }
                layer.keep(kept + drawn(count, of: free, layer: index, step: step, seed: seed))
            }
            #expect(reports.count == 5)
            #expect(twins.parameters.map(\.matrix.storedCount) == before)
        }
    }

    /// The preset with new values 0: each sign loses its share, and what is drawn again starts afresh.
    @Test(arguments: Twins.Store.allCases) func presetEqualsAMaskedImplementation(store: Twins.Store) throws {
        for trial in 0..<12 {
            let seed = UInt64(trial)
            var twins = try Twins(shapes: Twins.randomShapes(trial), seed: seed, store: store)
            var policy = try policy(MethodOptions(newValues: "zero"))
            let before = twins.masked.map(\.active.count)
            let reports = try twins.train(&policy, batches: 40) { layer, index, step, _ in
                guard layer.active.count < layer.mask.count else { return }
                let order = layer.byMagnitude
                let positive = order.filter { layer.weights[$0] >= 0 }
                let negative = order.filter { layer.weights[$0] < 0 }
                let gone =
                    positive.prefix(Int((0.3 * Double(positive.count)).rounded()))
                    + negative.prefix(Int((0.3 * Double(negative.count)).rounded()))
                let kept = order.filter { !gone.contains($0) }
                layer.keep(kept)
                let free = layer.mask.indices.filter { !kept.contains($0) }
                layer.keep(kept + drawn(gone.count, of: free, layer: index, step: step, seed: seed))
            }
            #expect(reports.count == 4)
            #expect(twins.parameters.map(\.matrix.storedCount) == before)
            #expect(reports.joined().contains { $0.regrown > 0 })
        }
    }

    @Test func newValuesFollowTheirRules() throws {
        let rules: [(name: String, bound: Double, variance: Double)] = [
            ("he-uniform", (6.0 / 40).squareRoot(), 2.0 / 40), ("normal", 1, 0.01), ("fan-in-normal", 8, 2.0 / 10),
        ]
        for (name, bound, expected) in rules {
            var random = CounterRandom(seed: 1, purpose: .test)
            let positions = Sampling.distinct(1000, below: 4000, random: &random)
            let matrix = ReferenceMatrix(
                rows: 100, columns: 40, positions: positions,
                values: positions.map { _ in Float(random.nextUnit() - 0.5) })
            var policy = try policy(MethodOptions(dropFraction: 0.5, newValues: name))
            let update = try policy.update(
                UpdateContext(
                    step: 8, seed: 3, workers: Workers(threads: 1),
                    parameters: [
                        SparseParameter(
                            name: "fc", shape: LayerShape(outputs: 100, inputs: 40), matrix: matrix, layer: 0)
                    ]))[0]
            let values = update.change.grownValues.map(Double.init)
            #expect(values.count == update.change.grown.count && values.count > 450)
            #expect(values.allSatisfy { abs($0) <= bound })
            let variance = values.map { $0 * $0 }.reduce(0, +) / Double(values.count)
            #expect(abs(variance / expected - 1) < 0.2, "\(name)")
        }
    }
}
