internal import SparseStore

extension LayerUpdate {
    /// The update that takes `dropped` units out and puts the growth in.
    /// - Parameters:
    ///   - dropped: indices in `layer.positions` of all units to go, ascending.
    ///   - mayKeep: those of them that keep value and state when they grow again under `Regrowth.keepsValue`.
    init(
        exchanging dropped: [Int], mayKeep: [Int], for growth: Growth, in layer: LayerView, regrowth: Regrowth,
        newValues: NewValueRule, context: UpdateContext
    ) {
        let gone = dropped.map { layer.positions[$0] }
        let (regrown, elsewhere) = SortedPositions.split(growth.positions, by: gone)
        var (kept, fresh): ([Int], [Int]) = ([], growth.positions)
        if regrowth == .keepsValue {
            (kept, fresh) =
                mayKeep.count == dropped.count
                ? (regrown, elsewhere)
                : SortedPositions.split(growth.positions, by: mayKeep.map { layer.positions[$0] })
        }
        var change = TopologyChange(
            dropped: SortedPositions.subtract(kept, from: gone), grown: fresh,
            grownValues: newValues.values(fresh.count, in: layer, context: context))
        if !growth.momenta.isEmpty {
            let weights = growth.momenta.count / growth.positions.count
            var (start, left): ([Float], ArraySlice<Int>) = ([], fresh[...])
            for (index, position) in growth.positions.enumerated() where left.first == position {
                left.removeFirst()
                start += growth.momenta[index * weights..<(index + 1) * weights]
            }
            change.grownStates[.momentum] = start
        }
        self.init(
            change: change,
            dropped: gone.count, grown: growth.positions.count,
            regrown: regrown.count,
            dropThreshold: dropped.map { layer.weights[$0].magnitude }.max(), growThreshold: growth.threshold,
            grownWithoutGradient: growth.withoutGradient)
    }
}
