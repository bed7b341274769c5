internal import SparseData
internal import SparseModels
internal import SparsePolicies
internal import SparseStore

extension MemoryEstimate {
    /// About how many bytes the pruning holds at its most: activations, what is held of dense layers, and what a round keeps.
    static func bytes(
        of pruning: InitialPruning, _ budgets: [LayerBudget], _ model: Model, batchSize: Int
    ) -> Double {
        let pruned = budgets.filter { !$0.isKeptDense }
        let all = pruned.reduce(0) { $0 + $1.shape.count }
        let first = pruning.kept(
            of: all, afterRound: 1, final: min(all, pruned.reduce(0) { $0 + $1.storedCount }))
        let kept = (pruning.rounds > 1 ? bytesPerScoredWeight : bytesPerCandidate) * Double(first)
        let held: Double
        switch pruning.score {
        case .random, .magnitude: return kept
        // Weights and gradients, the scores' arrays of both, and three gradients more.
        case .gradientFlow: held = 28 * Double(model.denseWeights)
        case .loss, .flow:
            held = 8 * Double(model.weightShapes.filter { $0.convolution != nil }.reduce(0) { $0 + $1.positionCount })
        }
        return held + kept
            + Double(model.activationByteCount(batchSize: batchSize) + model.inputByteCount(batchSize: batchSize))
    }

    /// A stored weight of a network of one round, with what the next makes of it: positions, weights, gradients, scores.
    private static let bytesPerScoredWeight = 96.0
    /// Position and score, in lists that grow and are joined.
    private static let bytesPerCandidate = 40.0
}

extension InitialPruning {
    /// Lanes of the batch that a round looks at.
    func laneCount(of samples: Subset) -> Int {
        if case .flow = score { return 1 }
        return min(self.samples, samples.count) * (samples.dataset.sequence?.lanes ?? 1)
    }
}
