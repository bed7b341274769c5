package import SparseStore

/// A network of one input of tokens as it computes one token of a sequence after the other: of layers that all have a
/// `TokenLayer`. It has its own copy of sparse weights, in an order for products with one vector, and nothing that changes: calls may
/// run at once, each with a `TokenMemory` of its own.
package struct TokenNetwork: Sendable {
    /// Most tokens of a sequence.
    package let context: Int
    /// Tokens that there are, which is as many as there are outputs.
    package let vocabulary: Int
    /// Bytes held beside the network that it was made of.
    package let byteCount: Int
    /// A layer that computes, in order.
    private struct Step: Sendable {
        var layer: any TokenLayer
        /// What it reads, of layers that compute; nil for the tokens.
        var sources: [Int?]
        /// Numbers that it gives.
        var size: Int
    }

    private let steps: [Step]

    /// Nil for a network with other inputs, or with a layer that can compute panels only.
    /// - Parameter context: Most tokens of a sequence.
    /// - Throws: `StoreError` for a matrix that is too large.
    package init?(_ network: Network, context: Int) throws(StoreError) {
        let model = network.model
        guard model.inputs.count == 1, let vocabulary = model.inputs[0].shape.vocabulary, context > 0 else {
            return nil
        }
        var steps: [Step] = []
        // Where what a layer gives is found.
        var places: [Int?] = []
        for (index, node) in model.nodes.enumerated() {
            let sources = node.sources.map { source in source.layer.flatMap { places[$0] } }
            guard let layer = try network.layers[index].forTokens() else { return nil }
            if let alone = layer as? TokenAlone, alone.layer is SampleIdentity {
                places.append(sources[0])
                continue
            }
            places.append(steps.count)
            steps.append(Step(layer: layer, sources: sources, size: node.output.elements))
        }
        guard places.last == steps.count - 1, !steps.isEmpty else { return nil }
        self.steps = steps
        self.context = context
        self.vocabulary = vocabulary
        byteCount = steps.reduce(0) { $0 + $1.layer.byteCount }
    }

    /// Memory for one sequence at a time.
    package func makeMemory() -> TokenMemory {
        let room = SampleOperations.room
        let outputs = steps.map { AlignedBuffer<Float>(count: $0.size + room) }
        let nothing = AlignedBuffer<Float>(count: 0)
        return TokenMemory(
            outputs: outputs, read: steps.map { step in step.sources.map { $0.map { outputs[$0] } ?? nothing } },
            caches: steps.map { AlignedBuffer(count: $0.layer.cacheCount(context: context)) },
            scratch: AlignedBuffer(count: steps.map { $0.layer.scratchCount(context: context) }.max() ?? 0))
    }

    /// Carries one token through all layers, to `memory.output`: what the network says of the token after it. The tokens of a sequence
    /// come in order, from position 0 on; a sequence begins anew with 0. Allocates nothing.
    package func forward(_ place: TokenPlace, _ memory: TokenMemory) {
        precondition((0..<vocabulary).contains(place.token), "a token outside the vocabulary")
        precondition((0..<context).contains(place.position), "a sequence longer than the context")
        precondition(memory.outputs.count == steps.count, "memory of another network")
        let found = Subnormals.flush()
        defer { Subnormals.restore(found) }
        for index in steps.indices {
            steps[index].layer.forward(
                place, memory.read[index], into: memory.outputs[index], cache: memory.caches[index],
                scratch: memory.scratch)
        }
    }
}

/// What lies between layers, and what they keep of a sequence.
package struct TokenMemory: Sendable {
    let outputs: [AlignedBuffer<Float>]
    /// What each layer reads.
    let read: [[AlignedBuffer<Float>]]
    /// What each layer keeps of the sequence.
    let caches: [AlignedBuffer<Float>]
    /// For one layer at a time.
    let scratch: AlignedBuffer<Float>

    /// What the last layer gave; some numbers more than it has.
    package var output: AlignedBuffer<Float> { outputs[outputs.count - 1] }
    /// Bytes held.
    package var byteCount: Int {
        (outputs + caches).reduce(scratch.byteCount) { $0 + $1.byteCount }
    }
}
