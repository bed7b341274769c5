/// Training cost relative to the dense network, from the numbers of weights that were really stored.
///
/// Conventions of RigL's paper (arXiv 1911.11134, appendix H): a forward pass costs two operations a stored weight and
/// use, a training batch three forward passes (forward, input gradient, weight gradient). A batch that trains nothing has no
/// weight gradient, and a topology update forms the dense gradient, f_D, of each batch that it looks at. Products of what no weight
/// matrix holds, such as attention, cost the dense network as much. Normalisation, loss, optimiser, selection are left out. With t batches in between RigL so costs (3 f_S t + 2 f_S + f_D) / (t + 1), and
/// SNFS's replayed window of J batches J f_D at each update, where its published form costs 2 f_S + f_D at every step.
package struct FlopsMeter: Sendable, Codable, Equatable {
    /// Operations per sample, summed over the batches so far.
    package private(set) var trained = 0.0
    /// What the dense network would have taken for them.
    package private(set) var dense = 0.0

    package init() {}

    /// Counts one batch.
    /// - Parameters:
    ///   - stored: true weights stored in each layer, dense layers included.
    ///   - forward: those of them that the forward pass and the input gradient use; all, if left out.
    ///   - others: operations of a sample's forward pass that belong to no weight matrix.
    ///   - trains: whether it trained the weights, or served a topology update only.
    package mutating func addBatch(
        shapes: [LayerShape], stored: [Int], forward: [Int]? = nil, others: Double = 0, trains: Bool
    ) {
        let forward = forward ?? stored
        precondition(
            shapes.count == stored.count && shapes.count == forward.count, "one count per layer is needed")
        trained += 3 * others
        dense += 3 * others
        for (layer, shape) in shapes.enumerated() {
            let weights = 2 * forward[layer] + (trains ? stored[layer] : 0)
            trained += shape.forwardFlops * Double(weights) / Double(shape.count)
            dense += 3 * shape.forwardFlops
        }
    }

    /// Counts the dense gradients that a topology update formed.
    /// - Parameters:
    ///   - batches: that it looked at, earlier ones included.
    package mutating func addDenseGradients(shapes: [LayerShape], batches: Int) {
        trained += Double(batches) * shapes.reduce(0) { $0 + $1.forwardFlops }
    }

    /// Counts the passes of a pruning before the first step.
    /// - Parameter operations: per sample of the run's batch.
    package mutating func addPruning(_ operations: Double) { trained += operations }

    /// `train_flops_ratio`: training cost over that of the dense network for the same batches.
    package var ratio: Double { dense == 0 ? 0 : trained / dense }
}
