public import SparseStore

/// What an update does to one layer, and what is worth telling about it.
public struct LayerUpdate: Sendable, Equatable {
    /// New values of the weights that are stored now, in the order of `MatrixView.elements`, for methods that move weights
    /// themselves: a part of the step that has just been made, they are set at once. Nil: none changes.
    public var values: [Float]?
    /// For `SparseMatrix.apply`, after that. Weights that were dropped and came back with their value are in neither of its lists.
    public var change: TopologyChange
    /// Positions of the units that the forward pass uses after the change, ascending; nil when it uses all.
    public var forward: [Int]?
    /// Units that the drop rule chose, those that came back included.
    public var dropped: Int
    /// Units that the grow rule chose, those that came back included.
    public var grown: Int
    /// Units in both.
    public var regrown: Int
    /// Largest absolute score dropped, if any was.
    public var dropThreshold: Float?
    /// Smallest gradient score grown, if units were grown by score.
    public var growThreshold: Float?
    /// Units grown although their gradient score was 0: more were to grow than had a gradient.
    public var grownWithoutGradient: Int
    /// Time spent on this layer alone, without the change itself.
    public var seconds: Double

    /// What is to happen to one layer; what is left out does not happen.
    public init(
        values: [Float]? = nil, change: TopologyChange = TopologyChange(), forward: [Int]? = nil, dropped: Int = 0,
        grown: Int = 0,
        regrown: Int = 0,
        dropThreshold: Float? = nil, growThreshold: Float? = nil, grownWithoutGradient: Int = 0, seconds: Double = 0
    ) {
        self.values = values
        self.change = change
        self.forward = forward
        self.dropped = dropped
        self.grown = grown
        self.regrown = regrown
        self.dropThreshold = dropThreshold
        self.growThreshold = growThreshold
        self.grownWithoutGradient = grownWithoutGradient
        self.seconds = seconds
    }
}

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
