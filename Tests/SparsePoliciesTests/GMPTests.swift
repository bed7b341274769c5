import SparseParts
import SparsePolicies
import SparseStore
import TestSupport
import Testing

/// Gradual magnitude pruning.
struct GMPTests {
    /// What masks and sorting make of it: in each layer, or of all layers together.
    @Test(arguments: [PruningScope.layer, .global], Twins.Store.allCases)
    func equalsAMaskedImplementation(scope: PruningScope, store: Twins.Store) throws {
        for trial in 0..<6 {
            let options = Settings {
                $0.deltaT = .steps(5)
                $0.density = 0.1
                $0.scope = scope
                $0.pruneEndFraction = 0.5
            }
            var policy = try Parts.methods.named("gmp").policy(options, run: RunLength(steps: 60, stepsPerEpoch: 10))
            var shapes = Twins.randomShapes(trial)
            for index in shapes.indices { shapes[index].stored = shapes[index].rows * shapes[index].columns }
            var twins = try Twins(shapes: shapes, seed: UInt64(trial), store: store)
            let positions = shapes.map { $0.rows * $0.columns }
            func kept(_ density: Double, of positions: Int) -> Int {
                positions - Int(((1 - density) * Double(positions) + 1e-9).rounded(.down))
            }
            let reports = try twins.train(&policy, batches: 60) { layers, step, _ in
                // No update after the end of the pruning.
                #expect(step <= 30)
                let left = 1 - Double(step) / 30
                let density = step == 30 ? 0.1 : 0.1 + 0.9 * left * left * left
                switch scope {
                case .layer:
                    for index in layers.indices {
                        let weights = layers[index].weights
                        let ranked = layers[index].active.sorted {
                            (weights[$0].magnitude, $0) < (weights[$1].magnitude, $1)
                        }
                        layers[index].keep(Array(ranked.suffix(kept(density, of: positions[index]))))
                    }
                case .global:
                    var all: [(weight: Float, layer: Int, position: Int)] = []
                    for (index, layer) in layers.enumerated() {
                        all += layer.active.map { (layer.weights[$0].magnitude, index, $0) }
                    }
                    let best = all.sorted { $0 < $1 }.suffix(kept(density, of: positions.reduce(0, +)))
                    for index in layers.indices {
                        layers[index].keep(best.filter { $0.layer == index }.map(\.position))
                    }
                }
            }
            #expect(reports.count == 6)
            #expect(reports.joined().allSatisfy { $0.grown == 0 })
            let stored = twins.parameters.map(\.matrix.storedCount)
            switch scope {
            case .layer: #expect(stored == positions.map { StoredCount.of(density: 0.1, positions: $0) })
            case .global:
                #expect(
                    stored.reduce(0, +) == StoredCount.of(density: 0.1, positions: positions.reduce(0, +)))
            }
        }
    }
}
