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

    /// Units that go and units that come, by position, with what those begin with.
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

extension SparseMatrix {
    /// What every product relies on: panels of the matrix's channels, and a range of them that both hold.
    func checkProduct(_ input: Panels, _ output: Panels, _ panels: Range<Int>) {
        precondition(
            input.panelSize == columns * Panels.lanes && output.panelSize == rows * Panels.lanes,
            "panels of \(input.channels) inputs and \(output.channels) outputs do not fit a \(rows) x \(columns) matrix"
        )
        precondition(
            panels.lowerBound >= 0 && panels.upperBound <= min(input.panelCount, output.panelCount),
            "panels out of range")
    }
}

extension TopologyChange {
    /// Refuses lists that do not ascend within `positionCount`, and values that do not match the grown positions.
    /// - Parameters:
    ///   - area: weights of a unit.
    ///   - roles: the states there are.
    func check(positionCount: Int, area: Int = 1, roles: [OptimizerRole]) throws(StoreError) {
        let counts = [0, grown.count, grown.count * area]
        guard counts.contains(grownValues.count) else {
            throw .invalidChange("\(grown.count) grown positions but \(grownValues.count) values")
        }
        for (state, values) in grownStates {
            guard roles.contains(state), counts.contains(values.count) else {
                throw .invalidChange(
                    "\(grown.count) grown positions but \(values.count) values for its \(state)")
            }
        }
        for (positions, name) in [(dropped, "dropped"), (grown, "grown")] {
            var previous = -1
            for position in positions {
                guard position > previous, position < positionCount else {
                    throw .invalidChange(
                        "\(name) position \(position) is not in ascending order within 0 ..< \(positionCount)")
                }
                previous = position
            }
        }
    }
}
