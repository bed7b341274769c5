/// What can be read of a sparse matrix of `rows` outputs x `columns` inputs: where its weights are, numbers that stand for
/// them, and their dense gradient. All that a method of training sees of a layer's weights: it neither multiplies nor writes.
///
/// A *unit* is what is dropped and grown: a single weight, or a block of `unitRows` x `unitColumns` weights. A *position* is a
/// unit's flat index in plain row-major order.
public protocol MatrixView: AnyObject, Sendable {
    /// Outputs.
    var rows: Int { get }
    /// Inputs.
    var columns: Int { get }
    /// "csr", "block4", "block8", "block16" or "dense".
    var format: String { get }
    /// Height of a unit, in weights.
    var unitRows: Int { get }
    /// Width of a unit, in weights.
    var unitColumns: Int { get }
    /// Positions at which a unit could be stored.
    var positionCount: Int { get }
    /// Units stored.
    var storedCount: Int { get }
    /// True weights stored (without the padding of edge blocks). Explicit zeros count.
    var storedWeights: Int { get }
    /// What the matrix convolves; nil when its columns are the channels of the input.
    var convolution: ConvolutionGeometry? { get }
    /// What the optimiser keeps beside the weights.
    var roles: [OptimizerRole] { get }

    /// Positions of the stored units, ascending.
    func storedPositions() -> [Int]
    /// One number per stored unit, in the order of `storedPositions`: the weight itself, or for a block the sum of its
    /// absolute values.
    func storedScores(of array: ParallelArray) -> [Float]
    /// The array's elements, unit after unit in the order of `storedPositions` and row by row in each: as files hold it.
    /// The padding of edge blocks is there, too.
    func elements(of array: ParallelArray) -> [Float]
    /// The outputs that a stored weight joins with one of the inputs marked (`inputCount` flags: of a convolution the input
    /// channels, whatever the order of its columns). Weights that meet the border of a convolution only join nothing.
    func outputsReached(from inputs: [Bool]) -> [Bool]
    /// The inputs that a stored weight joins with one of the outputs marked.
    func inputsReached(from outputs: [Bool]) -> [Bool]
    /// The `count` positions of largest absolute dense gradient among those not stored and those listed in
    /// `alsoEligible` (ascending), chosen by the total order (score descending, position ascending) and returned in
    /// order of position. Tiles of the dense gradient are streamed through a buffer of O(count); fewer are returned
    /// when there are fewer positions.
    /// - Parameters:
    ///   - gradient: The dense gradient, as products not yet made.
    ///   - count: How many to find.
    ///   - stored: `storedPositions`, which a caller that changes the topology has at hand.
    ///   - alsoEligible: Stored positions that compete, too, ascending.
    ///   - workers: Threads that compute.
    /// - Throws: `StoreError.nonFiniteGradient` when a score is not finite.
    func largestGradients(
        of gradient: DenseGradient, count: Int, stored: [Int], alsoEligible: [Int], workers: Workers
    ) throws(StoreError) -> [ScoredPosition]
}

extension MatrixView {
    public var convolution: ConvolutionGeometry? { nil }

    /// Units above and beside each other.
    public var unitsDown: Int { (rows + unitRows - 1) / unitRows }
    /// Units in a row.
    public var unitsAcross: Int { (columns + unitColumns - 1) / unitColumns }
}
