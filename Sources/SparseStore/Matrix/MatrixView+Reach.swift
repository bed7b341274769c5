/// Who is connected with whom. Stored weights are what counts, whatever their values.
extension MatrixView {
    /// Inputs of the layer: columns, or the input channels of a convolution, all groups together.
    public var inputCount: Int { convolution?.inputChannels ?? columns }

    public func outputsReached(from inputs: [Bool]) -> [Bool] {
        precondition(inputs.count == inputCount, "one flag per input is needed")
        var reached = [Bool](repeating: false, count: rows)
        forEachLink { outputs, read in
            if inputs[read].contains(true) { for output in outputs { reached[output] = true } }
        }
        return reached
    }

    public func inputsReached(from outputs: [Bool]) -> [Bool] {
        precondition(outputs.count == rows, "one flag per row is needed")
        var reached = [Bool](repeating: false, count: inputCount)
        forEachLink { written, inputs in
            if outputs[written].contains(true) { for input in inputs { reached[input] = true } }
        }
        return reached
    }

    /// How many stored weights join an input marked in `inputs` with an output marked in `outputs`: one flag for each, as for the reach.
    public func storedWeights(from inputs: [Bool], to outputs: [Bool]) -> Int {
        precondition(inputs.count == inputCount && outputs.count == rows, "one flag per input and row is needed")
        var count = 0
        forEachLink { written, read in
            count += outputs[written].count { $0 } * inputs[read].count { $0 }
        }
        return count
    }

    /// Visits the rows and columns of every stored unit, without the padding of edge blocks.
    public func forEachStoredUnit(_ body: (_ rows: Range<Int>, _ columns: Range<Int>) -> Void) {
        for position in storedPositions() {
            let (row, column) = position.quotientAndRemainder(dividingBy: unitsAcross)
            body(
                row * unitRows..<min(rows, (row + 1) * unitRows),
                column * unitColumns..<min(columns, (column + 1) * unitColumns))
        }
    }

    /// Calls `body` with row, column and value of every stored weight, without the padding of edge blocks.
    public func forEachStoredWeight(_ body: (_ row: Int, _ column: Int, _ value: Float) -> Void) {
        let values = elements(of: .values)
        var unit = 0
        forEachStoredUnit { rows, columns in
            for row in rows {
                for column in columns {
                    body(
                        row, column,
                        values[(unit * unitRows + row - rows.lowerBound) * unitColumns + column - columns.lowerBound])
                }
            }
            unit += 1
        }
    }

    /// Visits the outputs and inputs that each stored unit joins.
    private func forEachLink(_ body: (_ outputs: Range<Int>, _ inputs: Range<Int>) -> Void) {
        guard let convolution else { return forEachStoredUnit(body) }
        // What the columns of the first group read; units do not cross kernel elements, nor groups.
        let reads = (0..<columns).map { convolution.place(ofColumn: $0) }
        let meets = (0..<convolution.kernelElements).map(convolution.meetsInput)
        forEachStoredUnit { outputs, columns in
            let (channel, element) = reads[columns.lowerBound]
            guard meets[element] else { return }
            let first = outputs.lowerBound / convolution.groupOutputs * convolution.groupInputs + channel
            body(outputs, first..<first + columns.count)
        }
    }
}
