/// What layers, optimisers and policies know of a stored sparse matrix of `rows` outputs x `columns` inputs. Weights
/// are held in *store order*, which is the store's own business (tiles); gradients and optimiser state are arrays
/// parallel to the values. To everyone who asks for positions the matrix shows plain row-major order.
///
/// A *unit* is what is dropped and grown: a single weight (CSR), or a block of `unitRows` x `unitColumns` weights.
///
/// The three products run for a range of panels and a `Part` of their output, so that callers can run disjoint ones
/// concurrently. Every output element is summed in one fixed order whatever the panels and parts of the call.
public protocol SparseMatrix: AnyObject, Sendable {
    /// Outputs.
    var rows: Int { get }
    /// Inputs.
    var columns: Int { get }
    /// "csr", "block4", "block8", "block16" or "dense".
    var format: String { get }
    /// Height and width of a unit, in weights.
    var unitRows: Int { get }
    var unitColumns: Int { get }
    /// Positions at which a unit could be stored.
    var positionCount: Int { get }
    /// Units stored.
    var storedCount: Int { get }
    /// True weights stored (without the padding of edge blocks). Explicit zeros count.
    var storedWeights: Int { get }
    /// Bytes held: values, gradients, states, indices, views.
    var byteCount: Int { get }

    /// What the matrix convolves; nil when its columns are the channels of the input.
    var convolution: ConvolutionGeometry? { get }

    /// The stored units that `forward` and `inputGradient` multiply by; nil when they multiply by all.
    var forwardSet: ForwardSet? { get }
    /// Lets `forward` and `inputGradient` multiply by these stored units (ascending) only, until the next `apply`.
    /// - Parameter penalty: Coefficient c of a penalty c w^2 / 2 of all stored weights, divided by the density of the
    ///   forward set for weights outside it. `ForwardSet.addPenalty` adds its gradient.
    /// - Throws: `StoreError` when a position is not stored, or the format has no forward set.
    func useForward(_ positions: [Int], penalty: Float) throws(StoreError)

    /// The stored weights in store order, their gradient as of the last `weightGradient`, and the optimiser's state.
    var stored: StoredValues { get }

    /// output = activation(W input + bias), for the given panels and this part of the rows.
    func forward(
        _ input: Panels, into output: Panels, bias: AlignedBuffer<Float>?, relu: Bool, panels: Range<Int>, part: Part)
    /// inputGradient = transposed W x outputGradient, for the given panels and this part of the columns.
    func inputGradient(_ outputGradient: Panels, into inputGradient: Panels, panels: Range<Int>, part: Part)
    /// gradient = outputGradient x transposed input at the stored positions, summed over `panels`, for this part of
    /// the stored weights. `scale` multiplies the result.
    func weightGradient(input: Panels, outputGradient: Panels, panels: Range<Int>, part: Part)
    /// Cuts of the stored weights that `weightGradient` parts and optimiser tasks may use: range of store order owned
    /// by a part.
    func storeRange(of part: Part) -> Range<Int>

    /// Positions of the stored units, ascending.
    func storedPositions() -> [Int]
    /// Where each stored unit begins in store order, in the order of `storedPositions`.
    func storeIndices() -> [Int]
    /// One number per stored unit, in the order of `storedPositions`: the weight itself, or for a block the sum of its
    /// absolute values.
    func storedScores(of array: ParallelArray) -> [Float]
    /// The array's elements, unit after unit in the order of `storedPositions` and row by row in each: as files hold it.
    /// The padding of edge blocks is there, too.
    func elements(of array: ParallelArray) -> [Float]
    /// Replaces the array's elements by such a list. Store order follows from the positions alone, so a matrix that is
    /// built anew from both has the same bits.
    func setElements(of array: ParallelArray, to elements: [Float])
    /// The outputs that a stored weight joins with one of the inputs marked (`inputCount` flags: of a convolution the input
    /// channels, whatever the order of its columns). Weights that meet the border of a convolution only join nothing.
    func outputsReached(from inputs: [Bool]) -> [Bool]
    /// The inputs that a stored weight joins with one of the outputs marked.
    func inputsReached(from outputs: [Bool]) -> [Bool]
    /// Drops and grows units: values, gradients, states, indices and the transposed view together, in one merge.
    /// - Throws: `StoreError` when the change does not fit the matrix, which is then unchanged.
    func apply(_ change: TopologyChange, workers: Workers) throws(StoreError)
    /// The `count` positions of largest absolute dense gradient among those not stored and those listed in
    /// `alsoEligible` (ascending), chosen by the total order (score descending, position ascending) and returned in
    /// order of position. Tiles of the dense gradient are streamed through a buffer of O(count); fewer are returned
    /// when there are fewer positions.
    /// - Parameter stored: `storedPositions`, which a caller that changes the topology has at hand.
    /// - Throws: `StoreError.nonFiniteGradient` when a score is not finite.
    func largestGradients(
        of gradient: DenseGradient, count: Int, stored: [Int], alsoEligible: [Int], workers: Workers
    ) throws(StoreError) -> [ScoredPosition]
}

extension SparseMatrix {
    /// For stores that keep their units one after the other in order of position.
    public func storeIndices() -> [Int] {
        let unit = unitRows * unitColumns
        return (0..<storedCount).map { $0 * unit }
    }

    public var convolution: ConvolutionGeometry? { nil }

    /// Arrays of `stored`.
    public var values: AlignedBuffer<Float> { stored.values }
    public var gradient: AlignedBuffer<Float> { stored.gradient }
}
