import SparsePolicies
import SparseStore
import TestSupport

/// A batch of whole numbers, so that every gradient sum is exact in single precision and ties really occur.
struct WholeBatch {
    let input: Panels
    let outputGradient: Panels
    let samples: Int

    init(outputs: Int, inputs: Int, samples: Int, random: inout CounterRandom) {
        input = Panels(channels: inputs, samples: samples)
        outputGradient = Panels(channels: outputs, samples: samples)
        self.samples = samples
        for sample in 0..<samples {
            for channel in 0..<inputs { input[sample, channel] = Float(random.next(below: 5) - 2) }
            for channel in 0..<outputs { outputGradient[sample, channel] = Float(random.next(below: 7) - 3) }
        }
    }

    var gradientBatch: GradientBatch { GradientBatch(input: input, outputGradient: outputGradient, samples: samples) }
}

/// A sparse layer as masked implementations hold it: dense weights, dense momentum, a mask.
struct MaskedLayer {
    let rows: Int
    let columns: Int
    var mask: [Bool]
    var weights: [Float]
    var momentum: [Float]

    /// A random layer that stores `stored` positions.
    init(rows: Int, columns: Int, stored: Int, random: inout CounterRandom) {
        self.rows = rows
        self.columns = columns
        mask = [Bool](repeating: false, count: rows * columns)
        weights = [Float](repeating: 0, count: rows * columns)
        momentum = weights
        for position in Sampling.distinct(stored, below: rows * columns, random: &random) {
            mask[position] = true
            weights[position] = Float(random.next(below: 65) - 32) / 64
        }
    }

    var active: [Int] { mask.indices.filter { mask[$0] } }

    /// Stored positions, the smallest absolute weight first; of equal ones the lower position.
    var byMagnitude: [Int] {
        active.sorted { (weights[$0].magnitude, $0) < (weights[$1].magnitude, $1) }
    }

    /// The dense gradient, averaged over batches.
    func gradient(of batches: [WholeBatch]) -> [Float] {
        (0..<rows * columns).map { position in
            var sum = 0.0
            for batch in batches {
                for sample in 0..<batch.samples {
                    sum +=
                        Double(batch.outputGradient[sample, position / columns])
                        * Double(batch.input[sample, position % columns])
                }
            }
            return Float(sum / Double(batches.count))
        }
    }

    /// One step of SGD with momentum 0.5 and learning rate 1/256 on the stored weights.
    mutating func train(on batch: WholeBatch) {
        let gradient = gradient(of: [batch])
        for position in active {
            momentum[position] = 0.5 * momentum[position] + gradient[position]
            weights[position] -= momentum[position] / 256
        }
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
