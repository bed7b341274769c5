package import SparseStore

/// A network as it computes one sample at a time: of layers that all have a `SampleLayer`. It has its own copy of sparse weights,
/// in an order for products with one vector (6 or 8 bytes for a weight, with what fills up rows) or with the maps of one sample (8
/// bytes), and nothing that changes: calls may run at once, each with a `SampleMemory` of its own.
///
/// Batch normalisation becomes part of the convolution before it where nothing else reads that, and layers that change nothing in
/// evaluation are left out.
package struct SampleNetwork: Sendable {
    /// Bytes held beside the network that it was made of.
    package let byteCount: Int
    /// A layer that computes, in order.
    private struct Step: Sendable {
        var layer: any SampleLayer
        /// What it reads, of layers that compute.
        var sources: [ModelSource]
        /// Numbers that it gives.
        var size: Int
    }

    /// One for each layer of the model; nil for those that compute nothing.
    private let steps: [Step?]
    /// Where the output is.
    private let last: ModelSource
    /// Numbers that the network reads.
    private let inputs: Int

    /// Nil for a network with several inputs, or with a layer that can compute panels only.
    /// - Throws: `StoreError` for a matrix that is too large.
    package init?(_ network: Network) throws(StoreError) {
        let model = network.model
        guard model.inputs.count == 1, model.inputs[0].shape.vocabulary == nil else { return nil }
        var readers = [Int](repeating: 0, count: model.nodes.count)
        for layer in model.nodes.flatMap(\.sources).compactMap(\.layer) { readers[layer] += 1 }
        var steps: [Step?] = []
        // Where what a layer gives is found.
        var places: [ModelSource] = []
        for (index, node) in model.nodes.enumerated() {
            guard let layer = try network.layers[index].forSingleSamples() else { return nil }
            let sources = node.sources.map { source in source.layer.map { places[$0] } ?? source }
            if layer is SampleIdentity {
                steps.append(nil)
                places.append(sources[0])
            } else if let normalization = layer as? SampleNormalization, let before = sources[0].layer,
                node.sources == [.layer(before)], readers[before] == 1,
                let joined = (steps[before]?.layer as? SampleMaps)?.scaled(by: normalization)
            {
                steps[before]?.layer = joined
                steps.append(nil)
                places.append(.layer(before))
            } else {
                steps.append(Step(layer: layer, sources: sources, size: node.output.elements))
                places.append(.layer(index))
            }
        }
        self.steps = steps
        last = places.last ?? .input(0)
        byteCount = steps.reduce(0) { $0 + ($1?.layer.byteCount ?? 0) }
        inputs = model.input.elements
    }

    /// Memory for one call at a time.
    package func makeMemory() -> SampleMemory {
        let room = SampleOperations.room
        let input = AlignedBuffer<Float>(count: inputs + room)
        let outputs = steps.map { step in AlignedBuffer<Float>(count: step.map { $0.size + room } ?? 0) }
        let read = steps.map { step in (step?.sources ?? []).map { $0.layer.map { outputs[$0] } ?? input } }
        let scratch = AlignedBuffer<Float>(count: steps.compactMap { $0?.layer.scratchCount }.max() ?? 0)
        return SampleMemory(
            input: input, output: last.layer.map { outputs[$0] } ?? input, outputs: outputs, read: read,
            scratch: scratch)
    }

    /// Carries the sample in `memory.input` through all layers, to `memory.output`. Allocates nothing.
    package func forward(_ memory: SampleMemory) {
        precondition(
            memory.input.count == inputs + SampleOperations.room && memory.outputs.count == steps.count,
            "memory of another network")
        let found = Subnormals.flush()
        defer { Subnormals.restore(found) }
        for index in steps.indices {
            steps[index]?.layer.forward(memory.read[index], into: memory.outputs[index], scratch: memory.scratch)
        }
    }
}

/// What lies between layers, for one call at a time.
package struct SampleMemory: Sendable {
    /// The sample, as the first layer reads it; some numbers more than it has.
    package let input: AlignedBuffer<Float>
    /// What the last layer gave; some numbers more than it has.
    package let output: AlignedBuffer<Float>
    let outputs: [AlignedBuffer<Float>]
    /// What each layer reads.
    let read: [[AlignedBuffer<Float>]]
    /// For one layer at a time.
    let scratch: AlignedBuffer<Float>
}
