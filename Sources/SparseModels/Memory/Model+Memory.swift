internal import SparseStore

extension Model {
    /// Bytes that a network for batches of `batchSize` allocates for the outputs of its layers and their gradients.
    public func activationByteCount(batchSize: Int) -> Int {
        ActivationPlan(self).byteCount(batchSize: batchSize)
    }

    /// Bytes of the input of one batch, border included.
    public func inputByteCount(batchSize: Int) -> Int {
        input.channels * Panels.mapStride(rows: input.rows, columns: input.columns, halo: inputHalo)
            * Panels.count(batchSize) * MemoryLayout<Float>.stride
    }
}
