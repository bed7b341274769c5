internal import SparseModels
internal import SparseStore

/// A weight, bias or statistic that a model needs, under the name that checkpoints and PyTorch give it.
struct NeededArray: Equatable {
    var name: String
    /// [n] of a vector, [rows, columns] of a table, [outputs, inputs] of a linear weight, [outputs, inputs, rows, columns] of a convolution's.
    var shape: [Int]
    /// Place among the model's weights; nil for vectors.
    var weight: Int?

    /// Whether the network computes the same without it: a bias begins at 0.
    var mayBeMissing: Bool { weight == nil && name.hasSuffix(".bias") }

    var shapeText: String { shape.map(String.init).joined(separator: " x ") }

    /// Everything that a network of this model is made of, in the order of its layers.
    /// - Throws: `ModelError`.
    static func all(of model: Model) throws -> [NeededArray] {
        // A network without a single weight says what its layers keep beside them.
        let shapes = model.weightShapes
        let matrices = try shapes.map { shape in
            try MatrixFormat.csr.make(
                rows: shape.rows, columns: shape.columns, positions: [], convolution: shape.convolution)
        }
        let network = try Network(
            model: model, matrices: matrices, batchSize: 1, workers: Workers(threads: 1),
            drawsTables: false)
        var weights = 0
        return network.layers.flatMap { layer in
            layer.parameters.map { parameter in
                guard parameter.matrix != nil else {
                    return NeededArray(name: parameter.name, shape: parameter.extents)
                }
                let shape = shapes[weights]
                weights += 1
                return NeededArray(
                    name: parameter.name,
                    shape: shape.convolution == nil
                        ? [shape.rows, shape.columns]
                        : [shape.outputs, shape.inputs, shape.kernelRows, shape.kernelColumns], weight: weights - 1)
            } + layer.buffers.map { NeededArray(name: $0.name, shape: [$0.buffer.count]) }
        }
    }
}
