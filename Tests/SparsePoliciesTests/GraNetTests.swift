import SparseParts
import SparsePolicies
import SparseStore
import TestSupport
import Testing

struct GraNetTests {
    @Test func goldenCubics() {
        let gradual = CubicDensity(initial: 1, final: 0.1, begin: 20000, end: 75000)
        for (step, sparsity) in [(20000, 0), (47500, 0.7875), (75000, 0.9)] {
            #expect(abs(1 - (gradual.density(at: step) ?? -1) - sparsity) < 1e-12)
        }
        #expect(gradual.density(at: 19999) == nil && gradual.density(at: 75001) == nil)
        let granet = CubicDensity(initial: 0.5, final: 0.1, begin: 0, end: 5)
        let sparsities = (0...5).compactMap(granet.density).map { 1 - $0 }
        for (found, expected) in zip(sparsities, [0.5, 0.6952, 0.8136, 0.8744, 0.8968, 0.9]) {
            #expect(abs(found - expected) < 1e-12)
        }
    }

    /// Global pruning, then regeneration of each layer, over masks.
    private func update(
        _ layers: inout [MaskedLayer], keep: Int?, fraction: Double, batches: [[WholeBatch]]
    ) {
        if let keep {
            var all: [(weight: Float, layer: Int, position: Int)] = []
            for (index, layer) in layers.enumerated() {
                all += layer.active.map { (layer.weights[$0].magnitude, index, $0) }
            }
            let kept = all.sorted { $0 < $1 }.suffix(keep)
            for index in layers.indices { layers[index].keep(kept.filter { $0.layer == index }.map(\.position)) }
        }
        for index in layers.indices {
            let count = Int((fraction * Double(layers[index].active.count)).rounded(.up))
            layers[index].replaceByGradient(count, mayRegrow: true, batches: batches[index])
        }
    }

    @Test(arguments: Twins.Store.allCases) func equalsAMaskedImplementation(store: Twins.Store) throws {
        for trial in 0..<10 {
            let options = Settings {
                $0.deltaT = .steps(5)
                $0.density = 0.15
                $0.initialDensity = 0.6
            }
            var policy = try Parts.methods.named("granet").policy(
                options, run: RunLength(steps: 60, stepsPerEpoch: 10))
            var shapes = Twins.randomShapes(trial)
            for index in shapes.indices { shapes[index].stored = shapes[index].rows * shapes[index].columns * 6 / 10 }
            shapes[3].stored = 12
            var twins = try Twins(shapes: shapes, seed: UInt64(trial), store: store)
            let positions = shapes.map { $0.rows * $0.columns }.reduce(0, +)
            let reports = try twins.train(&policy, batches: 60) { layers, step, batches in
                let left = 1 - Double(step) / 30
                let density = step == 30 ? 0.15 : 0.15 + (0.6 - 0.15) * left * left * left
                let keep = positions - Int(((1 - density) * Double(positions) + 1e-9).rounded(.down))
                update(
                    &layers, keep: step <= 30 ? keep : nil,
                    fraction: CosineFraction(initial: 0.5, floor: 0.005, end: 60).fraction(at: step),
                    batches: batches)
            }
            #expect(reports.count == 11)
            let stored = twins.parameters.map(\.matrix.storedCount).reduce(0, +)
            #expect(stored == StoredCount.of(density: 0.15, positions: positions))
        }
    }

    @Test func startsDenserAndMustEnd() throws {
        let granet = try Parts.methods.named("granet")
        let run = RunLength(steps: 3000, stepsPerEpoch: 100)
        #expect(try granet.initialDensity(Settings { $0.density = 0.1 }) == 0.5)
        #expect(throws: Never.self) { try granet.policy(Settings { $0.density = 0.1 }, run: run) }
        for options in [
            Settings { $0.density = 0.6 },
            Settings {
                $0.deltaT = .steps(2000)
                $0.density = 0.1
            },
            Settings {
                $0.endFraction = 0.3
                $0.density = 0.1
            },
        ] {
            #expect(throws: PolicyError.self) { try granet.policy(options, run: run) }
        }
    }
}
