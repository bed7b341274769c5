import SparseStore
import Testing

@testable import SparseModels

/// A matrix with about `density` of the positions, at random, and uniform random values of He's variance.
func randomMatrix(rows: Int, columns: Int, density: Double, seed: Int) throws -> CSRMatrix {
    var random = CounterRandom(seed: UInt64(seed), purpose: .test)
    let positions = (0..<rows * columns).filter { _ in random.nextUnit() < density }
    let scale = (6 / max(1, Double(columns) * density)).squareRoot()
    let values = positions.map { _ in Float((2 * random.nextUnit() - 1) * scale) }
    return try CSRMatrix(rows: rows, columns: columns, positions: positions, values: values)
}

/// A network with random weights, biases and scales.
func randomNetwork(
    _ layers: [any ModelPart], inputs: Int, rows: Int = 1, columns: Int = 1, batchSize: Int, density: Double = 0.5,
    threads: Int = 1, seed: Int = 1
) throws -> Network {
    let model = try Model(
        name: "test", input: ActivationShape(channels: inputs, rows: rows, columns: columns), layers: layers)
    let matrices = try model.weightShapes.enumerated().map { index, shape in
        try randomMatrix(rows: shape.rows, columns: shape.columns, density: density, seed: 100 * seed + index)
    }
    let network = try Network(
        model: model, matrices: matrices, batchSize: batchSize, seed: 17,
        workers: Workers(threads: threads, parts: threads))
    var random = CounterRandom(seed: UInt64(seed), purpose: .test, layer: 1)
    for parameter in network.parameters where parameter.kind != .weight {
        for i in 0..<parameter.values.count { parameter.values[i] += Float(random.nextUnit() - 0.5) }
    }
    return network
}

/// A batch of random inputs and labels. Lanes past the samples are zero, as batch assembly leaves them.
func randomBatch(
    inputs: Int, rows: Int = 1, columns: Int = 1, halo: Int = 0, classes: Int, samples: Int, capacity: Int,
    seed: Int = 1
) -> (
    input: Panels, labels: AlignedBuffer<Int32>
) {
    var random = CounterRandom(seed: UInt64(seed), purpose: .test, layer: 2)
    let input = Panels(channels: inputs, rows: rows, columns: columns, halo: halo, samples: capacity)
    for sample in 0..<samples {
        for channel in 0..<inputs {
            for pixel in 0..<rows * columns {
                input[sample, channel, pixel / columns, pixel % columns] = Float(2 * random.nextUnit() - 1)
            }
        }
    }
    let labels = AlignedBuffer<Int32>((0..<samples).map { _ in Int32(random.next(below: classes)) })
    return (input, labels)
}
