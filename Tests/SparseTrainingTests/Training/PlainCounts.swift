import Foundation
import Testing

@testable import SparseTraining

/// Inputs and outputs without a stored weight, counted in the arrays of a checkpoint, and nowhere else.
enum PlainCounts {
    struct Dead: Equatable {
        var inputs: Int
        var outputs: Int
    }

    /// - Parameter kernels: elements of the kernel of each convolution, by name.
    static func dead(checkpoint path: String, kernels: [String: Int]) throws -> [String: Dead] {
        let file = try SafetensorsFile(path: path)
        let text = try #require(file.metadata["layers"])
        let layers = try JSONDecoder().decode([String: Layer].self, from: Data(text.utf8))
        var counts: [String: Dead] = [:]
        for (tensor, layer) in layers {
            let name = String(tensor.dropLast(".weight".count))
            counts[name] = try dead(file, tensor, layer, kernel: kernels[name] ?? 1)
        }
        return counts
    }

    private struct Layer: Decodable {
        var format: String
        var shape: [Int]
    }

    private static func dead(_ file: SafetensorsFile, _ tensor: String, _ layer: Layer, kernel: Int) throws -> Dead {
        let (rows, columns) = (layer.shape[0], layer.shape[1])
        if layer.format == "dense" { return Dead(inputs: 0, outputs: 0) }
        let side = layer.format == "csr" ? 1 : try #require(Int(layer.format.dropFirst("block".count)))
        let starts = try file.integers(tensor + ".crow_indices").map(Int.init)
        let units = try file.integers(tensor + ".col_indices").map(Int.init)
        var (inputs, outputs) = (Set<Int>(), Set<Int>())
        for line in 0..<starts.count - 1 {
            for unit in units[starts[line]..<starts[line + 1]] {
                for row in line * side..<min(rows, line * side + side) { outputs.insert(row) }
                for column in unit * side..<min(columns, unit * side + side) {
                    // Columns of blocks come kernel element by kernel element, others input by input.
                    inputs.insert(side > 1 ? column % (columns / kernel) : column / kernel)
                }
            }
        }
        return Dead(inputs: columns / kernel - inputs.count, outputs: rows - outputs.count)
    }
}

/// Keeps what a run tells of its updates.
final class UpdateRecorder: TrainingObserver {
    private(set) var records: [TopologyRecord] = []

    func topologyDidChange(_ record: TopologyRecord) { records.append(record) }

    /// Compares the dead units of the last update with a plain count, and returns how many there are.
    func compare(checkpoint path: String, model: Model, _ comment: Comment) throws -> Int {
        let kernels = Dictionary(
            uniqueKeysWithValues: model.weightShapes.map { ($0.name, $0.kernelRows * $0.kernelColumns) })
        let expected = try PlainCounts.dead(checkpoint: path, kernels: kernels)
        let last = try #require(records.last, comment)
        for layer in last.layers {
            let found = PlainCounts.Dead(inputs: layer.deadInputs, outputs: layer.deadOutputs)
            #expect(found == expected[layer.name], "\(comment) \(layer.name)")
        }
        return last.layers.reduce(0) { $0 + $1.deadInputs + $1.deadOutputs }
    }
}

/// A few random images.
func randomImages(
    _ count: Int, channels: Int = 1, rows: Int, columns: Int, classes: Int = 3, seed: UInt64 = 1
) throws -> DataSource {
    var random = CounterRandom(seed: seed, purpose: .test)
    let shape = SampleShape(channels: channels, rows: rows, columns: columns)
    let images = Subset(
        try InMemoryDataset(
            features: (0..<count * shape.features).map { _ in Float(random.nextUnit()) },
            labels: (0..<count).map { $0 % classes }, shape: shape))
    return DataSource(name: "images", train: images, test: images)
}
