import SparsePolicies
import SparseStore
import TestSupport

/// A sparse layer as masked implementations hold it: dense weights, dense momentum, a mask.
struct MaskedLayer {
    let rows: Int
    let columns: Int
    var mask: [Bool]
    var weights: [Float]
    var momentum: [Float]
    /// Dense gradient of the batch trained on last.
    var latestGradient: [Float]

    /// A random layer that stores `stored` positions.
    init(rows: Int, columns: Int, stored: Int, random: inout CounterRandom) {
        self.rows = rows
        self.columns = columns
        mask = [Bool](repeating: false, count: rows * columns)
        weights = [Float](repeating: 0, count: rows * columns)
        momentum = weights
        latestGradient = weights
        for position in Sampling.distinct(stored, below: rows * columns, random: &random) {
            mask[position] = true
            weights[position] = Float(random.next(below: 65) - 32) / 64
        }
    }

    var isFull: Bool { !mask.contains(false) }
    var active: [Int] { mask.indices.filter { mask[$0] } }

    /// Stored positions, the smallest absolute weight first; of equal ones the lower position.
    var byMagnitude: [Int] {
        active.sorted { (weights[$0].magnitude, $0) < (weights[$1].magnitude, $1) }
    }

    /// The dense gradient, averaged over batches.
    func gradient(of batches: [WholeBatch]) -> [Float] {
        (0..<rows * columns).map { position in
            let (row, column) = position.quotientAndRemainder(dividingBy: columns)
            let sum = batches.reduce(0) { $0 + $1.gradient(row: row, column: column) }
            return Float(sum / Double(batches.count))
        }
    }

    /// One step of SGD with momentum 0.5 and learning rate 1/256 on the stored weights.
    mutating func train(on batch: WholeBatch) {
        latestGradient = gradient(of: [batch])
        for position in active {
            momentum[position] = 0.5 * momentum[position] + latestGradient[position]
            weights[position] -= momentum[position] / 256
        }
    }

    /// RigL's update, plainly: drop the smallest weights, grow the largest gradients of all positions not kept.
    mutating func replaceByGradient(_ count: Int, mayRegrow: Bool, batches: [WholeBatch]) {
        let order = byMagnitude
        let count = mayRegrow ? count : min(count, mask.count - order.count)
        let kept = Array(order.dropFirst(count))
        let closed = Set(mayRegrow ? kept : order)
        let gradient = gradient(of: batches).map(\.magnitude)
        let best = mask.indices.filter { !closed.contains($0) }
            .sorted { (-gradient[$0], $0) < (-gradient[$1], $1) }
        keep(kept + best.prefix(count))
    }

    /// SET's update, plainly: `victims` go, as many are drawn among all positions not kept. What is drawn again keeps
    /// its value, or starts afresh.
    mutating func replaceAtRandom(_ victims: [Int], keepsValue: Bool, random: CounterRandom) {
        let gone = Set(victims)
        let kept = active.filter { !gone.contains($0) }
        if !keepsValue { keep(kept) }
        let free = mask.indices.filter { !kept.contains($0) }
        keep(kept + drawn(victims.count, of: free, random: random))
    }

    /// `victims` go, `count` are drawn among all positions not kept, and start afresh.
    mutating func exchange(_ victims: [Int], for count: Int, random: CounterRandom) {
        let gone = Set(victims)
        let kept = active.filter { !gone.contains($0) }
        keep(kept)
        keep(kept + drawn(count, of: mask.indices.filter { !kept.contains($0) }, random: random))
    }

    private func drawn(_ count: Int, of free: [Int], random: CounterRandom) -> [Int] {
        var random = random
        return Sampling.distinct(count, below: free.count, random: &random).map { free[$0] }
    }

    /// Makes `positions` the stored ones: those that were not stored before begin at 0, the others keep everything.
    mutating func keep(_ positions: [Int]) {
        let fresh = Set(positions).subtracting(active)
        mask = [Bool](repeating: false, count: mask.count)
        for position in positions { mask[position] = true }
        for position in mask.indices where !mask[position] || fresh.contains(position) {
            weights[position] = 0
            momentum[position] = 0
        }
    }
}
