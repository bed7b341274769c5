internal import SparseModels
internal import SparsePolicies

/// What a run of a sweep needs, and the dense network that it is compared with.
package struct SweepNeed: Sendable, Equatable {
    /// Weight updates.
    package var steps: Int
    /// Epochs, the last of which may be cut short.
    package var epochs: Int
    /// Operations of all training steps, about: three forward passes for each sample, at the density of the start.
    package var trainingFLOPs: Double
    /// Memory of the process, about, in bytes: network, data, and the program itself.
    package var bytes: Double
    /// Everything that the dense network trains.
    package var referenceParameters: Int
    /// Operations of a sample's forward pass through the dense network.
    package var referenceFLOPs: Double
    /// Its own operations, were all its layers dense.
    package var ownFLOPs: Double
    /// For each layer, by name, operations of a sample's forward pass for each stored weight.
    package var flopsPerWeight: [String: Double]

    /// What the process takes before it has read anything, in bytes.
    static let ofProgram = 4.8e7
}

extension Model {
    /// For each layer, by name, operations of a sample's forward pass for each stored weight.
    var flopsPerWeight: [String: Double] {
        weightShapes.reduce(into: [:]) { flops, shape in
            let layer = LayerShape(shape)
            flops[shape.name] = layer.forwardFlops / Double(layer.count)
        }
    }
}
