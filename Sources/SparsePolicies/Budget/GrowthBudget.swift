internal import SparseStore

/// Says how many units each layer grows after a drop.
public protocol GrowthBudget: Sendable {
    /// One count per layer, never more than `room`.
    /// - Parameters:
    ///   - layers: The layers that may change.
    ///   - victims: what each layer has just lost.
    ///   - room: positions at which each layer could grow.
    ///   - context: Step, seed and threads of the update.
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

/// SNFS's redistribution (Dettmers, Zettlemoyer, arXiv 1907.04840): what all layers lost grows again in proportion to the
/// mean absolute momentum of the weights that each layer stored before the drop.
public struct MomentumBudget: GrowthBudget {
    /// The budget has no settings.
    public init() {}

    public func counts(for layers: [LayerView], victims: [Victims], room: [Int], context: UpdateContext) -> [Int] {
        Apportionment.counts(
            victims.map(\.replaced.count).reduce(0, +), shares: layers.map(MomentumBudget.meanMomentum), room: room)
    }

    /// Mean absolute momentum of the stored units; of the latest gradient when the optimiser keeps no momentum. Where it keeps
    /// a second moment v, too, as Adam does, it is that of m / (sqrt(v) + 1e-8), as in SNFS's code.
    static func meanMomentum(of layer: LayerView) -> Double {
        guard layer.count > 0 else { return 0 }
        guard let momentum = layer.state(.momentum) else { return mean(layer.gradients) }
        guard let second = layer.state(.secondMoment) else { return mean(momentum) }
        return mean(zip(momentum, second).map { $0 / ($1.squareRoot() + 1e-8) })
    }

    private static func mean(_ values: [Float]) -> Double {
        values.reduce(0) { $0 + Double($1.magnitude) } / Double(values.count)
    }
}
