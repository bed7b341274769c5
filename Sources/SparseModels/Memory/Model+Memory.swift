internal import SparseStore

extension Model {
    /// Bytes that a network for batches of `batchSize` allocates for the outputs of its layers and their gradients.
    public func activationByteCount(batchSize: Int) -> Int {
        ActivationPlan(self).byteCount(batchSize: batchSize)
    }

    /// Bytes of the input of one batch, border included.
    public func inputByteCount(batchSize: Int) -> Int {
        byteCount(of: input, halo: inputHalo, batchSize: batchSize)
    }

    /// Of each of `weightShapes`, the bytes of a copy of a batch's input to that layer and of the gradient of its output:
    /// what is kept of a batch whose dense gradient an update will ask for later.
    public func gradientPairByteCounts(batchSize: Int) -> [Int] {
        let plan = ActivationPlan(self)
        return nodes.indices.filter { nodes[$0].definition.weightShape(for: nodes[$0].input) != nil }.map { index in
            let node = nodes[index]
            let halo = node.source.map { plan.outputs[$0].halo } ?? inputHalo
            return byteCount(of: node.input, halo: halo, batchSize: batchSize)
                + byteCount(of: node.output, halo: plan.gradients[index].halo, batchSize: batchSize)
        }
    }

    private func byteCount(of shape: ActivationShape, halo: Int, batchSize: Int) -> Int {
        shape.channels * Panels.mapStride(rows: shape.rows, columns: shape.columns, halo: halo)
            * Panels.count(batchSize) * MemoryLayout<Float>.stride
    }
}
