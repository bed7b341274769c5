/// A stored sparse matrix: what layers multiply by, optimisers train and the trainer changes. Weights are held in *store order*,
/// which is the store's own business (tiles); gradients and optimiser state are arrays parallel to the values. Its readers
/// see plain row-major order (`MatrixView`).
///
/// The three products run for a range of panels and a `Part` of their output, so that callers can run disjoint ones
/// concurrently. Every output element is summed in one fixed order whatever the panels and parts of the call.
public protocol SparseMatrix: MatrixView {
    /// Bytes held: values, gradients, states, indices, views.
    var byteCount: Int { get }
    /// The stored weights in store order, their gradient as of the last `weightGradient`, and the optimiser's state.
    var stored: StoredValues { get }
    /// To be called when values have been written, before the next product: what is derived from them follows.
    func valuesHaveChanged()
    /// The same for the values that belong to a part; parts may be told at once. A forward set does not follow.
    func valuesHaveChanged(in part: Part)

    /// The stored units that `forward` and `inputGradient` multiply by; nil when they multiply by all.
    var forwardSet: ForwardSet? { get }
    /// Lets `forward` and `inputGradient` multiply by these stored units (ascending) only, until the next `apply`.
    /// - Parameters:
    ///   - positions: Of the units that the products use, ascending.
    ///   - penalty: Coefficient c of a penalty c w^2 / 2 of all stored weights, divided by the density of the
    ///     forward set for weights outside it. `ForwardSet.addPenalty` adds its gradient.
    /// - Throws: `StoreError` when a position is not stored, or the format has no forward set.
    func useForward(_ positions: [Int], penalty: Float) throws(StoreError)

    /// output = activation(W input + bias), for the given panels and this part of the rows.
    func forward(
        _ input: Panels, into output: Panels, bias: AlignedBuffer<Float>?, relu: Bool, panels: Range<Int>, part: Part)
    /// inputGradient = transposed W x outputGradient, for the given panels and this part of the columns.
    func inputGradient(_ outputGradient: Panels, into inputGradient: Panels, panels: Range<Int>, part: Part)
    /// Whether `gradients` may take the place of `inputGradient` and `weightGradient`.
    var joinsGradients: Bool { get }
    /// Both gradients in one pass, which must have all panels of the batch: of the input for this part of the columns, and of the
    /// weights in these columns.
    func gradients(
        input: Panels, outputGradient: Panels, into inputGradient: Panels, panels: Range<Int>, part: Part)
    /// gradient = outputGradient x transposed input at the stored positions, summed over `panels`, for this part of
    /// the stored weights. `scale` multiplies the result.
    func weightGradient(input: Panels, outputGradient: Panels, panels: Range<Int>, part: Part)
    /// Cuts of the stored weights that `weightGradient` parts and optimiser tasks may use: range of store order owned
    /// by a part.
    func storeRange(of part: Part) -> Range<Int>

    /// Where each stored unit begins in store order, in the order of `storedPositions`.
    func storeIndices() -> [Int]
    /// Replaces the elements of an array by such a list as `elements` gives. Store order follows from the positions alone, so a
    /// matrix that is built anew from both has the same bits.
    func setElements(of array: ParallelArray, to elements: [Float])
    /// Drops and grows units: values, gradients, states, indices and the transposed view together, in one merge.
    /// - Throws: `StoreError` when the change does not fit the matrix, which is then unchanged.
    func apply(_ change: TopologyChange, workers: Workers) throws(StoreError)
}

// For stores that keep their units one after the other in order of position, and all of them in use.
extension SparseMatrix {
    public var roles: [OptimizerRole] { stored.roles }

    public var forwardSet: ForwardSet? { nil }

    public func useForward(_ positions: [Int], penalty: Float) throws(StoreError) {
        throw .invalidStructure("weights of format \(format) are used all together: there is no forward set")
    }

    public func valuesHaveChanged() { forwardSet?.refresh(from: stored.values) }

    public func valuesHaveChanged(in part: Part) {}

    public var joinsGradients: Bool { false }

    public func gradients(
        input: Panels, outputGradient: Panels, into inputGradient: Panels, panels: Range<Int>, part: Part
    ) {
        preconditionFailure("\(format) has no joint pass")
    }

    public func storeIndices() -> [Int] {
        let unit = unitRows * unitColumns
        return (0..<storedCount).map { $0 * unit }
    }

    public func elements(of array: ParallelArray) -> [Float] { stored[array].array }

    public func setElements(of array: ParallelArray, to elements: [Float]) {
        precondition(elements.count == stored.count, "one element per stored weight")
        _ = stored[array].elements.update(fromContentsOf: elements)
    }

    /// Arrays of `stored`, for tests and benchmarks: all else reads and writes by way of `stored`.
    package var values: AlignedBuffer<Float> { stored.values }
    package var gradient: AlignedBuffer<Float> { stored.gradient }
}
