internal import SparseStore

/// Grows uniformly at random among the units that are not stored (SET, Deep R, DSR). Needs no gradient.
public struct RandomGrow: GrowRule {
    /// The rule has no settings.
    public init() {}

    public func grow(
        _ count: Int, in layer: LayerView, dropped: [Int], mayRegrow: Bool, context: UpdateContext
    ) -> Growth {
        let occupied = mayRegrow ? SortedPositions.subtract(dropped, from: layer.positions) : layer.positions
        var random = context.random(.growth, for: layer.parameter)
        return Growth(
            positions: RandomGrowth.positions(
                count, below: layer.parameter.matrix.positionCount, avoiding: occupied, random: &random))
    }

    /// Every group draws as many units as it lost.
    public func exchange(
        _ victims: [Int], group width: Int, in layer: LayerView, mayRegrow: Bool, context: UpdateContext
    ) -> GroupExchange {
        let groups = UnitGroups(width: width, layer: layer)
        let gone = GroupExchange.replaceable(victims, groups, in: layer, mayRegrow: mayRegrow)
        var random = context.random(.growth, for: layer.parameter)
        var positions: [Int] = []
        for (group, indices) in groups.split(gone.map { layer.positions[$0] }) {
            let stored = Array(groups.stored(in: group, of: layer))
            let stays = mayRegrow ? SortedPositions.subtract(Array(gone[indices]), from: stored) : stored
            positions += RandomGrowth.positions(
                indices.count, below: group.count, avoiding: stays.map { layer.positions[$0] - group.lowerBound },
                random: &random
            ).map { group.lowerBound + $0 }
        }
        return GroupExchange(dropped: gone, growth: Growth(positions: positions))
    }
}
