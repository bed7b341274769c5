/// Who is connected with whom. Stored weights are what counts, whatever their values.
extension SparseMatrix {
    public func outputsReached(from inputs: [Bool]) -> [Bool] {
        precondition(inputs.count == columns, "one flag per column is needed")
        var reached = [Bool](repeating: false, count: rows)
        forEachStoredUnit { unitRows, unitColumns in
            if inputs[unitColumns].contains(true) { for row in unitRows { reached[row] = true } }
        }
        return reached
    }

    public func inputsReached(from outputs: [Bool]) -> [Bool] {
        precondition(outputs.count == rows, "one flag per row is needed")
        var reached = [Bool](repeating: false, count: columns)
        forEachStoredUnit { unitRows, unitColumns in
            if outputs[unitRows].contains(true) { for column in unitColumns { reached[column] = true } }
        }
        return reached
    }

    /// Visits the rows and columns of every stored unit, without the padding of edge blocks.
    private func forEachStoredUnit(_ body: (Range<Int>, Range<Int>) -> Void) {
        let across = (columns + unitColumns - 1) / unitColumns
        for position in storedPositions() {
            let (row, column) = position.quotientAndRemainder(dividingBy: across)
            body(
                row * unitRows..<min(rows, (row + 1) * unitRows),
                column * unitColumns..<min(columns, (column + 1) * unitColumns))
        }
    }
}
