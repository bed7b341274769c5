/// Says how many units each layer grows after a drop.
public protocol GrowthBudget: Sendable {
    /// One count per layer.
    /// - Parameters:
    ///   - victims: for each layer the indices in `LayerView.positions` that were dropped.
    ///   - mayRegrow: whether dropped units can come back at once.
    func counts(
        for layers: [LayerView], victims: [[Int]], mayRegrow: Bool, context: UpdateContext
    ) throws(PolicyError) -> [Int]
}

/// Each layer grows what it dropped.
public struct OwnBudget: GrowthBudget {
    public init() {}

    public func counts(
        for layers: [LayerView], victims: [[Int]], mayRegrow: Bool, context: UpdateContext
    ) -> [Int] {
        victims.map(\.count)
    }
}
