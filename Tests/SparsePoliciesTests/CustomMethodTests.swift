import SparsePolicies
import SparseStore
import TestSupport
import Testing

/// A drop rule as a user of the library writes it: the weights whose removal changes the loss least, to first order.
struct TaylorDrop: LayerDropRule {
    func victims(of layer: LayerView, fraction: Double) -> [Int] {
        let scores = zip(layer.weights, layer.gradients).map { $0 * $1 }
        return SmallestScores.indices(min(Int(fraction * Double(layer.count)), layer.dropLimit), of: scores)
    }
}

struct CustomMethodTests {
    @Test func aUsersRuleMakesAMethod() throws {
        var policy: any TopologyPolicy = DropAndGrow(
            clock: UpdateClock(end: 30, period: 5), schedule: CosineFraction(initial: 0.4, end: 30), drop: TaylorDrop(),
            grow: RandomGrow())
        var twins = try Twins(shapes: Twins.randomShapes(2), seed: 2, store: .csr)
        let reports = try twins.train(&policy, batches: 35) { layers, step, _ in
            let fraction = CosineFraction(initial: 0.4, end: 30).fraction(at: step)
            for (index, layer) in layers.enumerated() where !layer.isFull {
                let order = layer.active.sorted {
                    let a = (layer.weights[$0] * layer.latestGradient[$0]).magnitude
                    let b = (layer.weights[$1] * layer.latestGradient[$1]).magnitude
                    return (a, $0) < (b, $1)
                }
                layers[index].replaceAtRandom(
                    Array(order.prefix(Int(fraction * Double(order.count)))), keepsValue: true,
                    random: CounterRandom(seed: 2, purpose: .growth, layer: index, step: step))
            }
        }
        #expect(reports.count == 5)
    }
}
