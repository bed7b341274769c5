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
        // An update at one of the next so many steps; they may be too many to visit each.
        let (now, all) = (step + own, clock.updates(before: step + own))
        var coming = clock.updates(before: now + min(gradientBatches, Int.max - now)) - all
        if lastUpdate >= now && lastUpdate - now < gradientBatches && clock.isUpdate(lastUpdate) { coming -= 1 }
        let keeps = gradientBatches > 0 && coming > 0
        return BatchPlan(
            trainsWeights: appliesWeightsOnUpdate || !isDue, updatesTopology: isDue, keepsGradients: keeps)
    }
}
