internal import Foundation
public import SparseData
public import SparseModels
public import SparseStore

/// A trained network as formats of export see it: the layers with their arrays, and how inputs are scaled. Weights are those
/// that evaluation multiplies by.
public struct ExportedNetwork: Sendable {
    /// The layers, each with what it reads.
    public let model: Model
    /// The same with their numbers, in the same order.
    public let layers: [any Layer]
    /// What is taken off each number of the first input, and what the rest is multiplied by.
    public let scaling: FeatureScaling
    /// Shape of a sample as the data has it, that of the first input.
    public let sampleShape: SampleShape
    /// What the outputs are called, if the data said so.
    public let classNames: [String]?
    /// How target numbers were standardised, or inputs that are to be given again: the network's outputs are to be turned back by it.
    public let targetScaling: TargetScaling?
    /// Name of the loss that was minimised.
    public let loss: String
    /// The weight matrices of all layers.
    public let matrices: [ExportedMatrix]
    /// All else that is a number: biases, scales and shifts, running statistics.
    public let vectors: [ExportedVector]

    init(_ trained: TrainedModel) {
        (model, layers, scaling) = (trained.model, trained.pool.network.layers, trained.scaling)
        (sampleShape, classNames, loss) = (trained.sampleShape, trained.classNames, trained.loss)
        targetScaling = trained.reading.targetScaling
        matrices = zip(model.nodes, layers).flatMap { ExportedMatrix.all(of: $0, $1) }
        vectors = layers.flatMap { layer in
            layer.parameters.filter { $0.matrix == nil }.map {
                ExportedVector(name: $0.name, shape: $0.extents, values: $0.values)
            }
                + layer.buffers.map {
                    ExportedVector(name: $0.name, shape: [$0.buffer.count], values: $0.buffer)
                }
        }
    }

    /// Names of the layers that take mean and variance from a batch: PyTorch counts their batches.
    var layersOfStatistics: [String] { model.layers.filter(\.usesStatistics).map(\.name) }

    /// What readers want to know beside the numbers, by name.
    var texts: [String: String] {
        get throws {
            var texts = [
                "sparsetrain": Release.version, "model": model.name, "loss": loss,
                "input_shape": "[\(sampleShape.channels), \(sampleShape.rows), \(sampleShape.columns)]",
            ]
            if let classNames {
                texts["class_names"] = String(decoding: try JSONEncoder().encode(classNames), as: UTF8.self)
            }
            if let targetScaling {
                texts["target_mean"] = String(decoding: try JSONEncoder().encode(targetScaling.means), as: UTF8.self)
                texts["target_deviation"] = String(
                    decoding: try JSONEncoder().encode(targetScaling.deviations), as: UTF8.self)
            }
            return texts
        }
    }
}

/// An array that belongs to a layer and has all its numbers: a vector, or a table of rows.
public struct ExportedVector: Sendable {
    /// Such as "fc1.bias".
    public let name: String
    /// [count] of a vector, [rows, columns] of a table.
    public let shape: [Int]
    let values: AlignedBuffer<Float>

    /// The numbers.
    public var array: [Float] { values.array }
    /// How many numbers it has.
    public var count: Int { values.count }
}
