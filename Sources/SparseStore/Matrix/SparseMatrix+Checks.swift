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
