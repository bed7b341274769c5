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
    ///   - denseGradient: whether a topology update used this batch's dense gradient.
    public mutating func addBatch(shapes: [LayerShape], stored: [Int], denseGradient: Bool) {
        precondition(shapes.count == stored.count, "one count per layer is needed")
        for (shape, stored) in zip(shapes, stored) {
            let full = shape.forwardFlops
            let sparse = full * Double(stored) / Double(shape.count)
            trained += 2 * sparse + (denseGradient ? full : sparse)
            dense += 3 * full
        }
    }

    /// `train_flops_ratio`: training cost over that of the dense network for the same batches.
    public var ratio: Double { dense == 0 ? 0 : trained / dense }
}
