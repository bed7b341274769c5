internal import SparseStore

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
