/// Training cost relative to the dense network, from the numbers of weights that were really stored.
///
/// Conventions of RigL's paper (arXiv 1911.11134, appendix H): a forward pass costs two operations a stored weight and
/// use, a training batch three forward passes (forward, input gradient, weight gradient). A batch whose dense gradient
/// is formed costs f_D in place of the sparse weight gradient's f_S. Normalisation, loss, optimiser, selection are left
/// out. With t batches in between RigL so costs (3 f_S t + 2 f_S + f_D) / (t + 1), SNFS 2 f_S + f_D.
public struct FlopsMeter: Sendable, Codable, Equatable {
    /// Operations per sample, summed over the batches so far.
    public private(set) var trained = 0.0
    /// What the dense network would have taken for them.
    public private(set) var dense = 0.0

    public init() {}

    /// Counts one batch, whether it trained the weights or served a topology update only.
    /// - Parameters:
    ///   - stored: true weights stored in each layer, dense layers included.
    ///   - forward: those of them that the forward pass and the input gradient use; all, if left out.
    ///   - denseGradient: whether a topology update used this batch's dense gradient.
    public mutating func addBatch(shapes: [LayerShape], stored: [Int], forward: [Int]? = nil, denseGradient: Bool) {
        let forward = forward ?? stored
        precondition(
            shapes.count == stored.count && shapes.count == forward.count, "one count per layer is needed")
        for (layer, shape) in shapes.enumerated() {
            let full = shape.forwardFlops
            func cost(_ weights: Int) -> Double { full * Double(weights) / Double(shape.count) }
            trained += 2 * cost(forward[layer]) + (denseGradient ? full : cost(stored[layer]))
            dense += 3 * full
        }
    }

    /// `train_flops_ratio`: training cost over that of the dense network for the same batches.
    public var ratio: Double { dense == 0 ? 0 : trained / dense }
}
