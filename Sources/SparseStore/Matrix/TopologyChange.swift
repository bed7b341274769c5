/// One change of a matrix's connections. A position is a flat row-major index over the matrix's units: row * columns +
/// column for single weights, block row * block columns + block column for blocks.
///
/// Survivors keep value and optimiser state. Grown units start with the given values, and with zero state but for
/// `grownStates`. A position may
/// be in both lists: it then counts as dropped and grown anew (fresh value, zero state); a dropped unit that returns
/// *with* its value and state is in neither.
public struct TopologyChange: Sendable, Equatable {
    /// Stored positions to remove, ascending.
    public var dropped: [Int]
    /// Positions to store, ascending; each unstored, or in `dropped`.
    public var grown: [Int]
    /// Starting values of the grown units, parallel to `grown`; empty means all 0. Of blocks it is one value for all weights of
    /// each, or one for each weight, block by block and row by row.
    public var grownValues: [Float]

    /// Starting values of the grown units in some of the optimiser's states, each as `grownValues`.
    public var grownStates: [OptimizerRole: [Float]]

    public init(
        dropped: [Int] = [], grown: [Int] = [], grownValues: [Float] = [], grownStates: [OptimizerRole: [Float]] = [:]
    ) {
        self.dropped = dropped
        self.grown = grown
        self.grownValues = grownValues
        self.grownStates = grownStates
    }

    /// True when there is nothing to do.
    public var isEmpty: Bool { dropped.isEmpty && grown.isEmpty }
}

extension TopologyChange {
    /// `old` less the dropped, and the grown among them, ascending. The source of a survivor is its place in `old`, that
    /// of a grown unit the old count plus its index.
    /// - Throws: `StoreError.invalidChange`.
    func merge(into old: [Int]) throws(StoreError) -> (positions: [Int], sources: AlignedBuffer<UInt32>) {
        var positions: [Int] = []
        var sources: [UInt32] = []
        positions.reserveCapacity(max(0, old.count + grown.count - dropped.count))
        sources.reserveCapacity(positions.capacity)
        var (droppedCount, grownCount) = (0, 0)
        func grow(below limit: Int) {
            while grownCount < grown.count, grown[grownCount] < limit {
                positions.append(grown[grownCount])
                sources.append(UInt32(old.count + grownCount))
                grownCount += 1
            }
        }
        for (place, position) in old.enumerated() {
            grow(below: position)
            if droppedCount < dropped.count, dropped[droppedCount] == position {
                droppedCount += 1
                continue
            }
            if grownCount < grown.count, grown[grownCount] == position {
                throw .invalidChange("position \(position) is to be grown but is stored already")
            }
            positions.append(position)
            sources.append(UInt32(place))
        }
        grow(below: Int.max)
        guard droppedCount == dropped.count else {
            throw .invalidChange("position \(dropped[droppedCount]) is to be dropped but is not stored")
        }
        return (positions, AlignedBuffer(sources))
    }
}
