/// DSR's redistribution (Mostafa, Wang, ICML 2019, arXiv 1902.05967): what all layers lost grows again in proportion to
/// the units that each has left.
public struct SurvivorBudget: GrowthBudget {
    /// The budget has no settings.
    public init() {}

    public func counts(for layers: [LayerView], victims: [Victims], room: [Int], context: UpdateContext) -> [Int] {
        let survivors = zip(layers, victims).map { Double($0.count - $1.count) }
        return Apportionment.counts(
            victims.map(\.replaced.count).reduce(0, +), shares: survivors, room: room)
    }
}
