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

    /// Indices of a group's stored units in `layer.positions`.
    func stored(in group: Range<Int>, of layer: LayerView) -> Range<Int> {
        let first = Selection.firstIndex(in: layer.positions, notBelow: group.lowerBound)
        return first..<Selection.firstIndex(in: layer.positions, notBelow: group.upperBound)
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
    /// As many positions in each group as it loses.
    public var growth: Growth

    /// What groups lose and gain: equally many each.
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

extension GroupExchange {
    /// The victims that can be replaced: where dropped units may not come back and a group has fewer free ones, its weakest.
    static func replaceable(_ victims: [Int], _ groups: UnitGroups, in layer: LayerView, mayRegrow: Bool) -> [Int] {
        if mayRegrow { return victims }
        return groups.split(victims.map { layer.positions[$0] }).flatMap { group, indices in
            let gone = Array(victims[indices])
            let room = group.count - groups.stored(in: group, of: layer).count
            return SmallestScores.indices(min(room, gone.count), of: gone.map { layer.weights[$0] }).map { gone[$0] }
        }
    }
}

extension GradientScored {
    public func exchange(
        _ victims: [Int], group width: Int, in layer: LayerView, mayRegrow: Bool, context: UpdateContext
    ) throws(PolicyError) -> GroupExchange {
        try GroupExchange.byScore(
            victims, group: width, of: weighted(layer.parameter.batches), in: layer, mayRegrow: mayRegrow, context)
    }
}

extension GroupExchange {
    /// Every group grows as many units as it lost, where the sum of the batches' gradients is largest; at random when it is
    /// 0 wherever something could grow.
    static func byScore(
        _ victims: [Int], group width: Int, of batches: [GradientBatch], in layer: LayerView, mayRegrow: Bool,
        _ context: UpdateContext
    ) throws(PolicyError) -> GroupExchange {
        guard !batches.isEmpty else { throw .missingGradients(layer: layer.parameter.name, step: context.step) }
        let groups = UnitGroups(width: width, layer: layer)
        let gone = replaceable(victims, groups, in: layer, mayRegrow: mayRegrow)
        let lost = gone.map { layer.positions[$0] }
        let chosen: [ScoredPosition]
        do {
            chosen = try layer.parameter.matrix.largestGradients(
                of: DenseGradient(batches, reducer: context.reducer), replacing: lost, groupWidth: width,
                closed: mayRegrow ? SortedPositions.subtract(lost, from: layer.positions) : layer.positions,
                workers: context.workers)
        } catch {
            throw .store(layer: layer.parameter.name, error)
        }
        let growth = Growth(chosen)
        if growth.withoutGradient == growth.positions.count {
            return RandomGrow().exchange(victims, group: width, in: layer, mayRegrow: mayRegrow, context: context)
        }
        return GroupExchange(dropped: gone, growth: growth)
    }
}
