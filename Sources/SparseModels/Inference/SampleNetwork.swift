package import SparseStore

/// A network as it computes one sample at a time: of vectors, and of layers that all have a `SampleLayer`. It has its own copy of
/// sparse weights, in an order for products with one vector (6 or 8 bytes for a weight, with what fills up rows), and nothing
/// that changes: calls may run at once, each with a `SampleMemory` of its own.
package struct SampleNetwork: Sendable {
    /// Bytes held beside the network that it was made of.
    package let byteCount: Int
    private let layers: [any SampleLayer]
    private let sources: [[ModelSource]]
    /// Numbers that the network reads, and that each layer gives.
    private let inputs: Int
    private let sizes: [Int]

    /// Nil for a network with several inputs, with maps between layers, or with a layer that can compute panels only.
    /// - Throws: `StoreError` for a matrix that is too large.
    package init?(_ network: Network) throws(StoreError) {
        let model = network.model
        guard model.inputs.count == 1, model.inputs[0].shape.vocabulary == nil, model.inputHalo == 0,
            model.nodes.allSatisfy({ $0.output.rows * $0.output.columns == 1 })
        else { return nil }
        var layers: [any SampleLayer] = []
        for layer in network.layers {
            guard let layer = try layer.forSingleSamples() else { return nil }
            layers.append(layer)
        }
        self.layers = layers
        byteCount = layers.reduce(0) { $0 + $1.byteCount }
        sources = model.nodes.map(\.sources)
        inputs = model.input.elements
        sizes = model.nodes.map(\.output.elements)
    }

    /// Memory for one call at a time.
    package func makeMemory() -> SampleMemory {
        // A whole vector of room: lanes without a row write behind the last.
        let input = AlignedBuffer<Float>(count: inputs + 1)
        let outputs = sizes.map { AlignedBuffer<Float>(count: $0 + 1) }
        let read = sources.map { $0.map { source in source.layer.map { outputs[$0] } ?? input } }
        return SampleMemory(input: input, outputs: outputs, read: read)
    }

    /// Carries the sample in `memory.input` through all layers, to `memory.output`. Allocates nothing.
    package func forward(_ memory: SampleMemory) {
        precondition(
            memory.input.count == inputs + 1 && memory.outputs.count == layers.count, "memory of another network")
        let found = Subnormals.flush()
        defer { Subnormals.restore(found) }
        for index in layers.indices { layers[index].forward(memory.read[index], into: memory.outputs[index]) }
    }
}

/// Vectors between layers, for one call at a time.
package struct SampleMemory: Sendable {
    /// The sample, as the first layer reads it; one number more than it has.
    package let input: AlignedBuffer<Float>
    let outputs: [AlignedBuffer<Float>]
    /// What each layer reads.
    let read: [[AlignedBuffer<Float>]]

    /// What the last layer gave.
    package var output: AlignedBuffer<Float> { outputs.last ?? input }
}
