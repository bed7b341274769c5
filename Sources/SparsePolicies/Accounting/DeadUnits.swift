package import SparseStore

/// Inputs and outputs of a layer that no stored weight touches: an output without inputs gives its bias only, an input
/// without outputs is ignored.
package struct DeadUnits: Sendable, Equatable {
    /// Inputs without a stored weight. Of a convolution: input channels; of one in groups those of one group, as in the shape
    /// of its weights, where the k-th is dead when no group reads its k-th.
    package let inputs: Int
    /// Outputs without a stored weight.
    package let outputs: Int

    /// Counts the units of `matrix` that no stored weight touches.
    package init(_ matrix: any MatrixView) {
        guard let convolution = matrix.convolution else {
            inputs = matrix.inputsReached(from: [Bool](repeating: true, count: matrix.rows)).count { !$0 }
            outputs = matrix.outputsReached(from: [Bool](repeating: true, count: matrix.columns)).count { !$0 }
            return
        }
        // Weights count that meet the border only, too.
        let channels = (0..<matrix.columns).map { convolution.place(ofColumn: $0).channel }
        var read = [Bool](repeating: false, count: convolution.groupInputs)
        var written = [Bool](repeating: false, count: matrix.rows)
        matrix.forEachStoredUnit { rows, columns in
            for row in rows { written[row] = true }
            for column in columns { read[channels[column]] = true }
        }
        inputs = read.count { !$0 }
        outputs = written.count { !$0 }
    }
}
