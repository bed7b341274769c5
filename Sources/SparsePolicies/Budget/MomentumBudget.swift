internal import SparseStore

/// SNFS's redistribution (Dettmers, Zettlemoyer, arXiv 1907.04840): what all layers lost grows again in proportion to the
/// mean absolute momentum of the weights that each layer stored before the drop.
public struct MomentumBudget: GrowthBudget {
    public init() {}

    public func counts(for layers: [LayerView], victims: [Victims], room: [Int], context: UpdateContext) -> [Int] {
        Apportionment.counts(
            victims.map(\.replaced.count).reduce(0, +), shares: layers.map(MomentumBudget.meanMomentum), room: room)
    }

    /// Mean absolute momentum of the stored units; of the latest gradient when the optimiser has no momentum.
    static func meanMomentum(of layer: LayerView) -> Double {
        guard layer.count > 0 else { return 0 }
        let array = layer.parameter.momentum.map { layer.parameter.matrix.storedScores(of: .state($0)) }
        return (array ?? layer.gradients).reduce(0) { $0 + Double($1.magnitude) } / Double(layer.count)
    }
}
