/// Says how many units each layer grows after a drop.
public protocol GrowthBudget: Sendable {
    /// One count per layer, never more than `room`.
    /// - Parameters:
    ///   - victims: what each layer has just lost.
    ///   - room: positions at which each layer could grow.
    func counts(
        for layers: [LayerView], victims: [Victims], room: [Int], context: UpdateContext
    ) throws(PolicyError) -> [Int]
}

/// Each layer grows what is to be replaced in it.
public struct OwnBudget: GrowthBudget {
    /// The budget has no settings.
    public init() {}

    public func counts(for layers: [LayerView], victims: [Victims], room: [Int], context: UpdateContext) -> [Int] {
        zip(victims, room).map { min($0.replaced.count, $1) }
    }
}
