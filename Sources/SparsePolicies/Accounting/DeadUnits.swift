public import SparseStore

/// Inputs and outputs of a layer that no stored weight touches: an output without inputs gives its bias only, an input
/// without outputs is ignored.
public struct DeadUnits: Sendable, Equatable {
    /// Inputs (of a convolution: input channels) without a stored weight.
    public let inputs: Int
    /// Outputs without a stored weight.
    public let outputs: Int

    /// - Parameter inputs: inputs of the layer, each of which has as many columns of the matrix.
    public init(_ matrix: any SparseMatrix, inputs: Int) {
        let width = matrix.columns / inputs
        let used = matrix.inputsReached(from: [Bool](repeating: true, count: matrix.rows))
        self.inputs = (0..<inputs).count { !used[$0 * width..<($0 + 1) * width].contains(true) }
        outputs = matrix.outputsReached(from: [Bool](repeating: true, count: matrix.columns)).count { !$0 }
    }
}
