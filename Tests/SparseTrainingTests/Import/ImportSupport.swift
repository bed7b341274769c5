import Foundation
import SparseStore
import TestSupport

@testable import SparseTraining

/// A pruned network that "somebody else" trained: for each weight all its elements and what is stored, numbers that are exact
/// in every type of file.
struct PrunedNetwork {
    struct Weight {
        var name: String
        var shape: [Int]
        var elements: [Double]
        /// Whether each element is stored; nil of vectors.
        var mask: [Bool]?
    }

    var weights: [Weight]

    /// - Parameters:
    ///   - shapes: Of the matrices by name; each has a bias beside it.
    ///   - units: Weights that are stored together: so many rows and columns.
    init(_ shapes: [(name: String, shape: [Int])], density: Double = 0.4, units: Int = 1, seed: UInt64 = 1) {
        var random = CounterRandom(seed: seed, purpose: .test)
        // From -1/2 to 1/2 without 0.
        func number() -> Double { Double(1 + random.next(below: 31)) / 64 * (random.next(below: 2) == 0 ? 1 : -1) }
        weights = []
        for (name, shape) in shapes {
            let (rows, columns) = (shape[0], shape[1...].reduce(1, *))
            var blocks: [Int: Bool] = [:]
            let mask = (0..<rows * columns).map { position in
                let block = position / columns / units * columns + position % columns / units
                if blocks[block] == nil { blocks[block] = Double(random.next(below: 1000)) < 1000 * density }
                return blocks[block] ?? false
            }
            weights.append(
                Weight(name: name + ".weight", shape: shape, elements: mask.map { $0 ? number() : 0 }, mask: mask))
            weights.append(Weight(name: name + ".bias", shape: [rows], elements: (0..<rows).map { _ in number() }))
        }
    }

    subscript(_ name: String) -> Weight? { weights.first { $0.name == name } }

    /// The dense arrays of a state_dict.
    func dense(_ type: String = "F32", rename: (String) -> String = { $0 }) -> [PlainWeightFile.Array] {
        weights.map { PlainWeightFile.Array(rename($0.name), type, $0.shape, numbers: $0.elements) }
    }

    /// The same with masks, and with numbers where the mask is 0: NAME_orig and NAME_mask, or other endings.
    func masked(_ values: String, _ mask: String, _ type: String) -> [PlainWeightFile.Array] {
        weights.flatMap { weight -> [PlainWeightFile.Array] in
            guard let marks = weight.mask else {
                return [PlainWeightFile.Array(weight.name, weight.shape, numbers: weight.elements)]
            }
            let elements = zip(weight.elements, marks).map { $1 ? $0 : 7 }
            return [
                PlainWeightFile.Array(weight.name + values, weight.shape, numbers: elements),
                PlainWeightFile.Array(weight.name + mask, type, weight.shape, numbers: marks.map { $0 ? 1 : 0 }),
            ]
        }
    }

    /// Starts, indices and values of compressed rows, or columns.
    func compressed(
        _ weight: Weight, byColumns: Bool = false
    ) -> (starts: [Double], indices: [Double], values: [Double]) {
        let (rows, columns) = (weight.shape[0], weight.shape[1...].reduce(1, *))
        var (starts, indices, values) = ([0.0], [Double](), [Double]())
        for line in 0..<(byColumns ? columns : rows) {
            for index in 0..<(byColumns ? rows : columns) {
                let position = byColumns ? index * columns + line : line * columns + index
                guard weight.mask?[position] == true else { continue }
                indices.append(Double(index))
                values.append(weight.elements[position])
            }
            starts.append(Double(indices.count))
        }
        return (starts, indices, values)
    }

    /// The first difference between the network of a trainer and this one, in words; nil when they are the same.
    func difference(from trainer: Trainer) -> String? {
        for (shape, matrix) in zip(trainer.network.model.weightShapes, trainer.network.weights) {
            guard let weight = self[shape.name + ".weight"], let mask = weight.mask else { return shape.name }
            let columns = shape.columns
            var expected: [Int: Float] = [:]
            for (position, isStored) in mask.enumerated() where isStored {
                expected[position] = Float(weight.elements[position])
            }
            var found: [Int: Float] = [:]
            let elements = shape.kernelRows * shape.kernelColumns
            let side = matrix.unitRows
            let across = (columns + side - 1) / side
            if side == 1 {
                let positions = matrix.format == "dense" ? Array(mask.indices) : matrix.storedPositions()
                for (position, value) in zip(positions, matrix.elements(of: .values)) { found[position] = value }
            } else {
                for (number, unit) in matrix.storedPositions().enumerated() {
                    for index in 0..<side * side {
                        let (row, column) = (unit / across * side + index / side, unit % across * side + index % side)
                        guard row < shape.rows, column < columns else { continue }
                        // Element, then channel.
                        let own =
                            shape.convolution == nil
                            ? column : column % shape.inputs * elements + column / shape.inputs
                        found[row * columns + own] = matrix.elements(of: .values)[number * side * side + index]
                    }
                }
            }
            if matrix.format == "dense" { found = found.filter { mask[$0.key] } }
            if expected != found { return "\(shape.name): \(expected.count) weights, found \(found.count)" }
        }
        for parameter in trainer.network.parameters where parameter.matrix == nil {
            if parameter.values.array != self[parameter.name]?.elements.map({ Float($0) }) { return parameter.name }
        }
        return nil
    }
}

/// A run that begins from a file.
func importing(_ file: String, model: String = "mlp:12", _ options: [String: String] = [:]) throws
    -> TrainingConfiguration
{
    var configuration = TrainingConfiguration()
    (configuration.model, configuration.method, configuration.initFrom) = (model, "static", file)
    (configuration.steps, configuration.threads) = (10, 2)
    for (name, value) in options { try configuration.set(name, to: value) }
    return configuration
}

extension PrunedNetwork {
    /// For `digits` and `mlp:12`.
    static let perceptron = PrunedNetwork([("fc1", [12, 64]), ("fc2", [10, 12])])
}
