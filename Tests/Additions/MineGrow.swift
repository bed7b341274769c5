/// Grows at the first positions that are not stored.
public struct MineGrow: GrowRule {
    public init() {}

    public func grow(
        _ count: Int, in layer: LayerView, dropped: [Int], mayRegrow: Bool, context: UpdateContext
    ) -> Growth {
        var (positions, stored): ([Int], ArraySlice<Int>) = ([], layer.positions[...])
        for position in 0..<layer.positions.count + layer.free where positions.count < count {
            if stored.first == position { stored.removeFirst() } else { positions.append(position) }
        }
        return Growth(positions: positions)
    }

    public func exchange(
        _ victims: [Int], group width: Int, in layer: LayerView, mayRegrow: Bool, context: UpdateContext
    ) -> GroupExchange {
        RandomGrow().exchange(victims, group: width, in: layer, mayRegrow: mayRegrow, context: context)
    }
}
