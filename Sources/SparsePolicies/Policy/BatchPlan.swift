/// What a policy wants done with the next batch.
public struct BatchPlan: Sendable, Equatable {
    /// Whether the batch's gradient updates the weights. RigL spends the batch of an update on the topology alone.
    public var trainsWeights: Bool
    /// Whether the topology is updated after the batch (and after its weight update, if there is one).
    public var updatesTopology: Bool
    /// Whether the (input, output gradient) pairs of the layers must be kept for a topology update.
    public var keepsGradients: Bool

    public init(trainsWeights: Bool, updatesTopology: Bool, keepsGradients: Bool) {
        self.trainsWeights = trainsWeights
        self.updatesTopology = updatesTopology
        self.keepsGradients = keepsGradients
    }
}

extension TopologyPolicy {
    /// What to do with the batch that comes after `step` weight updates.
    /// - Parameter lastUpdate: weight updates done at the latest topology update, 0 before the first.
    public func plan(after step: Int, lastUpdate: Int) -> BatchPlan {
        // The batch of an update is its own when it trains nothing, else the one of its last weight update.
        let own = appliesWeightsOnUpdate ? 1 : 0
        let isDue = clock.isUpdate(step + own) && step + own != lastUpdate
        let keeps = (0..<gradientBatches).contains {
            clock.isUpdate(step + own + $0) && step + own + $0 != lastUpdate
        }
        return BatchPlan(
            trainsWeights: appliesWeightsOnUpdate || !isDue, updatesTopology: isDue, keepsGradients: keeps)
    }
}
