internal import SparseStore

/// DSR's redistribution as its code of 2019 has it: shares of what is left to grow are rounded, half to even, and what the
/// sum then lacks or exceeds is put on one layer drawn at random; repeated until enough grows. It can end a few weights
/// above what was dropped, so the total drifts; `SurvivorBudget` keeps it.
public struct RoundedSurvivorBudget: GrowthBudget {
    /// The budget has no settings.
    public init() {}

    public func counts(for layers: [LayerView], victims: [Victims], room: [Int], context: UpdateContext) -> [Int] {
        guard let first = layers.first else { return [] }
        var random = context.random(.redistribution, for: first.parameter)
        let survivors = zip(layers, victims).map { Double($0.count - $1.count) }
        let sum = survivors.reduce(0, +)
        let wanted = min(victims.map(\.replaced.count).reduce(0, +), room.reduce(0, +))
        var counts = layers.map { _ in 0 }
        while counts.reduce(0, +) < wanted {
            let left = wanted - counts.reduce(0, +)
            var quotas = survivors.map {
                Int((sum > 0 ? $0 / sum * Double(left) : 0).rounded(.toNearestOrEven))
            }
            let odd = random.next(below: layers.count)
            quotas[odd] = max(0, quotas[odd] + left - quotas.reduce(0, +))
            for layer in counts.indices { counts[layer] = min(room[layer], counts[layer] + quotas[layer]) }
        }
        return counts
    }
}
