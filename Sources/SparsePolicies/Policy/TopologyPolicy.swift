/// A method of dynamic sparse training: when connections change, and to what. The trainer asks, and applies the answer.
///
/// The order of things, with t the number of weight updates done:
///
///     for each batch
///         if isUpdate(t), not appliesWeightsOnUpdate, and no update was made at this t:
///             forward and backward; update(t); apply the changes; the weights are not updated and t stays
///         otherwise
///             forward, backward, weight update; t += 1
///             if isUpdate(t) and appliesWeightsOnUpdate: update(t); apply the changes
///
/// Batches for which `needsGradients` is true are kept per layer and handed over in `SparseParameter.batches`.
public protocol TopologyPolicy: Sendable {
    /// When connections change.
    var clock: UpdateClock { get }
    /// True when the batch of an update also trains the weights, before the update; RigL skips that.
    var appliesWeightsOnUpdate: Bool { get }
    /// Number of latest batches whose (input, output gradient) pairs an update uses; 0 for none.
    var gradientBatches: Int { get }
    /// True when layers that are full at the start take part, because they may lose connections: methods that move
    /// budget between layers or lower it. When false such layers can be stored dense.
    var changesFullLayers: Bool { get }
    /// Numbers that a checkpoint must keep: thresholds, carried corrections. Set back on resuming.
    var state: [String: Double] { get set }

    /// Decides on the change of every layer, parallel to `context.parameters`. Does not apply it.
    mutating func update(_ context: UpdateContext) throws(PolicyError) -> [LayerUpdate]
}

extension TopologyPolicy {
    public var appliesWeightsOnUpdate: Bool { true }
    public var gradientBatches: Int { 0 }
    public var changesFullLayers: Bool { false }
    public var state: [String: Double] {
        get { [:] }
        set {}
    }

    /// True when an update is due after `step` weight updates.
    public func isUpdate(_ step: Int) -> Bool { clock.isUpdate(step) }

    /// True when the (input, output gradient) pair of the batch that comes after `step` weight updates must be kept,
    /// because an update will use it.
    public func needsGradients(at step: Int) -> Bool {
        // The last batch an update sees comes before its last weight update, or is the update's own.
        let own = appliesWeightsOnUpdate ? 1 : 0
        return (0..<gradientBatches).contains { isUpdate(step + own + $0) }
    }
}
