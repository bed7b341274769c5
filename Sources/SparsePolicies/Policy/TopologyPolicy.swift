/// A method of dynamic sparse training: when connections change, and to what. The trainer asks, and makes what it answers: a
/// policy reads weights and never writes them.
///
/// The order of things, with t the number of weight updates done and u that of the latest topology update:
///
///     policy.begin(...): set values and forward sets
///     for each batch
///         plan = policy.plan(after: t, lastUpdate: u)
///         forward and backward; keep (input, output gradient) of the sparse layers if plan.keepsGradients
///         if plan.trainsWeights: update the weights; t += 1
///         if plan.updatesTopology: policy.update(...); u = t; set new values at once, apply the changes before the next batch
public protocol TopologyPolicy: Sendable {
    /// When connections change.
    var clock: UpdateClock { get }
    /// True when the batch of an update also trains the weights, before the update; RigL skips that.
    var trainsOnUpdate: Bool { get }
    /// Number of latest kept batches, from before the last update too, whose (input, output gradient) pairs an update uses; 0 for none.
    var gradientBatches: Int { get }
    /// True when layers that are full at the start take part, because they may lose connections: methods that move
    /// budget between layers or lower it. When false such layers can be stored dense.
    var changesFullLayers: Bool { get }
    /// Whether an update may store positions that were not; false where connections only go.
    var grows: Bool { get }
    /// Coefficient of the penalty on stored weights, larger for those that the forward pass leaves out
    /// (`SparseMatrix.useForward`); 0 where it uses all.
    var forwardPenalty: Double { get }
    /// Numbers that a checkpoint must keep: thresholds, carried corrections. Set back on resuming.
    var state: [String: Double] { get set }

    /// Share of the units that an update after `step` weight updates replaces; nil for a method without such a schedule.
    func dropFraction(at step: Int) -> Double?

    /// What the layers begin with, parallel to `context.parameters`: values and forward sets, decided once, before the training.
    /// Empty for most methods, which have nothing to change.
    func begin(_ context: UpdateContext) throws(PolicyError) -> [LayerUpdate]

    /// Decides on the change of every layer, parallel to `context.parameters`. The trainer makes it.
    mutating func update(_ context: UpdateContext) throws(PolicyError) -> [LayerUpdate]
}

extension TopologyPolicy {
    public var trainsOnUpdate: Bool { true }
    public var gradientBatches: Int { 0 }
    public var changesFullLayers: Bool { false }
    public var grows: Bool { true }
    public var forwardPenalty: Double { 0 }
    public func dropFraction(at step: Int) -> Double? { nil }
    public func begin(_ context: UpdateContext) throws(PolicyError) -> [LayerUpdate] { [] }
    public var state: [String: Double] {
        get { [:] }
        set {}
    }
}

/// What a policy wants done with the next batch.
package struct BatchPlan: Sendable, Equatable {
    /// Whether the batch's gradient updates the weights. RigL spends the batch of an update on the topology alone.
    package var trainsWeights: Bool
    /// Whether the topology is updated after the batch (and after its weight update, if there is one).
    package var updatesTopology: Bool
    /// Whether the (input, output gradient) pairs of the layers must be kept for a topology update.
    package var keepsGradients: Bool

    /// What is to be done with a batch.
    package init(trainsWeights: Bool, updatesTopology: Bool, keepsGradients: Bool) {
        self.trainsWeights = trainsWeights
        self.updatesTopology = updatesTopology
        self.keepsGradients = keepsGradients
    }
}

extension TopologyPolicy {
    /// What to do with the batch that comes after `step` weight updates.
    /// - Parameters:
    ///   - step: Weight updates done.
    ///   - lastUpdate: weight updates done at the latest topology update, 0 before the first.
    package func plan(after step: Int, lastUpdate: Int) -> BatchPlan {
        // The batch of an update is its own when it trains nothing, else the one of its last weight update.
        let own = trainsOnUpdate ? 1 : 0
        let isDue = clock.isUpdate(step + own) && step + own != lastUpdate
        // An update at one of the next so many steps; they may be too many to visit each.
        let (now, all) = (step + own, clock.updates(before: step + own))
        var coming = clock.updates(before: now + min(gradientBatches, Int.max - now)) - all
        if lastUpdate >= now && lastUpdate - now < gradientBatches && clock.isUpdate(lastUpdate) { coming -= 1 }
        let keeps = gradientBatches > 0 && coming > 0
        return BatchPlan(
            trainsWeights: trainsOnUpdate || !isDue, updatesTopology: isDue, keepsGradients: keeps)
    }
}

/// Connections never change: the control that every dynamic method needs.
public struct StaticPolicy: TopologyPolicy {
    public let clock = UpdateClock.never

    /// The policy has no settings.
    public init() {}

    public func update(_ context: UpdateContext) throws(PolicyError) -> [LayerUpdate] {
        context.parameters.map { _ in LayerUpdate() }
    }
}
