import SparseParts
import SparsePolicies
import SparseStore
import TestSupport
import Testing

struct SETTests {
    private let run = RunLength(steps: 40, stepsPerEpoch: 8)

    private func policy(_ options: Settings) throws -> any TopologyPolicy {
        try Parts.methods.named("set").policy(options, run: run)
    }

    @Test func updatesAtTheEndOfEveryEpochButTheLast() throws {
        let policy = try policy(Settings { $0.compat = "paper" })
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
                Settings {
                    $0.deltaT = .steps(5)
                    $0.endFraction = 0.75
                    $0.dropRule = "magnitude"
                    $0.dropFraction = 0.3
                    $0.dropSchedule = "cosine"
                    $0.regrow = .keepsValue
                    $0.newValues = .zero
                })
            let before = twins.masked.map(\.active.count)
            let reports = try twins.train(&policy, batches: 40) { layers, step, _ in
                let fraction = CosineFraction(initial: 0.3, end: 30).fraction(at: step)
                for (index, layer) in layers.enumerated() where !layer.isFull {
                    let count = Int(fraction * Double(layer.active.count))
                    layers[index].replaceAtRandom(
                        Array(layer.byMagnitude.prefix(count)), keepsValue: true,
                        random: CounterRandom(seed: seed, purpose: .growth, layer: index, step: step))
                }
            }
            #expect(reports.count == 5)
            #expect(twins.parameters.map(\.matrix.storedCount) == before)
        }
    }

    /// The published method with new values 0: each sign loses its share, and what is drawn again starts afresh.
    @Test(arguments: Twins.Store.allCases) func publishedFormEqualsAMaskedImplementation(store: Twins.Store) throws {
        for trial in 0..<12 {
            let seed = UInt64(trial)
            var twins = try Twins(shapes: Twins.randomShapes(trial), seed: seed, store: store)
            var policy = try policy(
                Settings {
                    $0.newValues = .zero
                    $0.compat = "paper"
                })
            let before = twins.masked.map(\.active.count)
            let reports = try twins.train(&policy, batches: 40) { layers, step, _ in
                for (index, layer) in layers.enumerated() where !layer.isFull {
                    let order = layer.byMagnitude
                    let positive = order.filter { layer.weights[$0] >= 0 }
                    let negative = order.filter { layer.weights[$0] < 0 }
                    layers[index].replaceAtRandom(
                        [positive, negative].flatMap { $0.prefix(Int((0.3 * Double($0.count)).rounded())) },
                        keepsValue: false,
                        random: CounterRandom(seed: seed, purpose: .growth, layer: index, step: step))
                }
            }
            #expect(reports.count == 4)
            #expect(twins.parameters.map(\.matrix.storedCount) == before)
            #expect(reports.joined().contains { $0.regrown > 0 })
        }
    }

    @Test func newValuesFollowTheirRules() throws {
        let rules: [(rule: NewValueRule, bound: Double, variance: Double)] = [
            (.heUniform, (6.0 / 40).squareRoot(), 2.0 / 40), (.normal, 1, 0.01), (.fanInNormal, 8, 2.0 / 10),
        ]
        for (rule, bound, expected) in rules {
            var random = CounterRandom(seed: 1, purpose: .test)
            let positions = Sampling.distinct(1000, below: 4000, random: &random)
            let matrix = ReferenceMatrix(
                rows: 100, columns: 40, positions: positions,
                values: positions.map { _ in Float(random.nextUnit() - 0.5) })
            var policy = try policy(
                Settings {
                    $0.dropFraction = 0.5
                    $0.newValues = rule
                    $0.compat = "paper"
                })
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
            #expect(abs(variance / expected - 1) < 0.2, "\(rule)")
        }
    }
}
