internal import SparseStore

/// The groups of a layer whose structure fixes how many units are stored in each: runs of consecutive units of a row.
struct UnitGroups {
    private let width: Int
    private let columns: Int

    init(width: Int, layer: LayerView) {
        self.width = width
        columns = layer.unitsAcross
    }

    /// Positions of the group that a position is in.
    func group(of position: Int) -> Range<Int> {
        let (row, column) = position.quotientAndRemainder(dividingBy: columns)
        let first = row * columns + column / width * width
        return first..<min(first + width, (row + 1) * columns)
    }

    /// Cuts ascending positions into those of each group.
    func split(_ positions: [Int]) -> [(group: Range<Int>, indices: Range<Int>)] {
        var parts: [(group: Range<Int>, indices: Range<Int>)] = []
        var start = 0
        while start < positions.count {
            let group = group(of: positions[start])
            let end = Selection.firstIndex(in: positions, notBelow: group.upperBound)
            parts.append((group, start..<end))
            start = end
        }
        return parts
    }
}

/// What a layer whose structure fixes the number of units in each group loses and gains: as many in every group.
public struct GroupExchange: Sendable, Equatable {
    /// Indices in `LayerView.positions`, ascending.
    public var dropped: [Int]
    public var growth: Growth

    public init(dropped: [Int], growth: Growth) {
        self.dropped = dropped
        self.growth = growth
    }
}

extension GrowRule {
    /// A rule that knows nothing of groups refuses them.
    public func exchange(
        _ victims: [Int], group width: Int, in layer: LayerView, mayRegrow: Bool, context: UpdateContext
    ) throws(PolicyError) -> GroupExchange {
        throw .unfitStructure(
            method: "\(Self.self)", layer: layer.parameter.name, structure: "groups of \(width)",
            reason: "the grow rule knows no groups")
    }
}

extension RandomGrow {
    /// Every group draws as many units as it lost. Where there are fewer free ones, the weakest victims go.
    public func exchange(
        _ victims: [Int], group width: Int, in layer: LayerView, mayRegrow: Bool, context: UpdateContext
    ) -> GroupExchange {
        var random = context.random(.growth, for: layer.parameter)
        var exchange = GroupExchange(dropped: [], growth: Growth(positions: []))
        let lost = victims.map { layer.positions[$0] }
        for (group, indices) in UnitGroups(width: width, layer: layer).split(lost) {
            let first = Selection.firstIndex(in: layer.positions, notBelow: group.lowerBound)
            let end = Selection.firstIndex(in: layer.positions, notBelow: group.upperBound)
            var gone = Array(victims[indices])
            let room = group.count - (end - first) + (mayRegrow ? gone.count : 0)
            if gone.count > room {
                gone = SmallestScores.indices(room, of: gone.map { layer.weights[$0] }).map { gone[$0] }
            }
            let stays = mayRegrow ? SortedPositions.subtract(gone, from: Array(first..<end)) : Array(first..<end)
            exchange.dropped += gone
            exchange.growth.positions += RandomGrowth.positions(
                gone.count, below: group.count, avoiding: stays.map { layer.positions[$0] - group.lowerBound },
                random: &random
            ).map { group.lowerBound + $0 }
        }
        return exchange
    }
}

extension GradientGrow {
    public func exchange(
        _ victims: [Int], group width: Int, in layer: LayerView, mayRegrow: Bool, context: UpdateContext
    ) throws(PolicyError) -> GroupExchange {
        try GroupExchange.byScore(
            victims, group: width, of: weighted(layer.parameter.batches), in: layer, mayRegrow: mayRegrow, context)
    }
}

extension MomentumGrow {
    public func exchange(
        _ victims: [Int], group width: Int, in layer: LayerView, mayRegrow: Bool, context: UpdateContext
    ) throws(PolicyError) -> GroupExchange {
        try GroupExchange.byScore(
            victims, group: width, of: weighted(layer.parameter.batches), in: layer, mayRegrow: mayRegrow, context)
    }
}

extension GroupExchange {
    /// In every group the weakest stored unit is paired with the free one of largest score, the next weakest with the next,
    /// and so on; of all pairs of the layer the largest scores change places, as many as there are victims. Where no score is
    /// above 0 the victims are replaced at random.
    static func byScore(
        _ victims: [Int], group width: Int, of batches: [GradientBatch], in layer: LayerView, mayRegrow: Bool,
        _ context: UpdateContext
    ) throws(PolicyError) -> GroupExchange {
        guard !batches.isEmpty else { throw .missingGradients(layer: layer.parameter.name, step: context.step) }
        let chosen: [ScoredPosition]
        do {
            chosen = try layer.parameter.matrix.largestGradients(
                of: batches, count: victims.count, groupWidth: width, workers: context.workers)
        } catch {
            throw .store(layer: layer.parameter.name, error)
        }
        let growth = Growth(chosen)
        if !growth.positions.isEmpty && growth.withoutGradient == growth.positions.count {
            return RandomGrow().exchange(victims, group: width, in: layer, mayRegrow: mayRegrow, context: context)
        }
        var dropped: [Int] = []
        for (group, indices) in UnitGroups(width: width, layer: layer).split(growth.positions) {
            let first = Selection.firstIndex(in: layer.positions, notBelow: group.lowerBound)
            let end = Selection.firstIndex(in: layer.positions, notBelow: group.upperBound)
            dropped += SmallestScores.indices(indices.count, of: Array(layer.weights[first..<end])).map { first + $0 }
        }
        return GroupExchange(dropped: dropped, growth: growth)
    }
}
