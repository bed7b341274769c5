internal import SparseStore

/// Grows uniformly at random among the units that are not stored (SET, Deep R, DSR). Needs no gradient.
public struct RandomGrow: GrowRule {
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
}
