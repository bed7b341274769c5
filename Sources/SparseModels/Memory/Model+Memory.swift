internal import SparseStore

extension Model {
    /// Bytes that a network for batches of `batchSize` allocates for the outputs of its layers and their gradients.
    public func activationByteCount(batchSize: Int) -> Int {
        ActivationPlan(self).byteCount(batchSize: batchSize)
    }

    /// Bytes of the inputs of one batch, borders included.
    public func inputByteCount(batchSize: Int) -> Int {
        inputs.indices.map { byteCount(of: inputs[$0].shape, halo: inputHalos[$0], batchSize: batchSize) }
            .reduce(0, +)
    }

    /// Of each of `weightShapes`, the bytes of a copy of a batch's input to that layer and of the gradient of its output:
    /// what is kept of a batch whose dense gradient an update will ask for later.
    public func gradientPairByteCounts(batchSize: Int) -> [Int] {
        let plan = ActivationPlan(self)
        func halo(of source: ModelSource) -> Int {
            switch source {
            case .input(let input): inputHalos[input]
            case .layer(let layer): plan.outputs[layer].halo
            }
        }
        return nodes.enumerated().flatMap { index, node in
            node.weightShapes.map { shape in
                byteCount(of: node.inputs[shape.input], halo: halo(of: node.sources[shape.input]), batchSize: batchSize)
                    + byteCount(of: node.output, halo: plan.gradients[index].halo, batchSize: batchSize)
            }
        }
    }

    private func byteCount(of shape: ActivationShape, halo: Int, batchSize: Int) -> Int {
        shape.channels * Panels.mapStride(rows: shape.rows, columns: shape.columns, halo: halo)
            * Panels.count(batchSize) * MemoryLayout<Float>.stride
    }
}
