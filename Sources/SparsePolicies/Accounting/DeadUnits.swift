/// Inputs and outputs of a layer that no stored weight touches: an output without inputs gives its bias only, an input
/// without outputs is ignored. Gradient growth cannot reach what is behind them; a layer of which all are dead has lost
/// every path.
public struct DeadUnits: Sendable, Equatable {
    /// Columns without a stored unit.
    public let inputs: Int
    /// Rows without a stored unit.
    public let outputs: Int
    /// Whether nothing is stored at all.
    public let isDisconnected: Bool

    /// - Parameters:
    ///   - positions: stored units, ascending.
    ///   - rows: rows of units.
    ///   - columns: units in a row.
    public init(positions: [Int], rows: Int, columns: Int) {
        var used = [Bool](repeating: false, count: columns)
        var usedRows = 0
        var lastRow = -1
        for position in positions {
            used[position % columns] = true
            if position / columns != lastRow {
                lastRow = position / columns
                usedRows += 1
            }
        }
        inputs = used.count { !$0 }
        outputs = rows - usedRows
        isDisconnected = positions.isEmpty
    }
}
