internal import SparseKernels

/// The sparse weights of a convolution: single weights in row-major order, and for the products the place of what each
/// reads. To policies and optimisers it is a sparse matrix like any other; positions are those of `geometry`'s matrix.
///
/// One thread may change the matrix at a time, and none may use it meanwhile; products and reads of disjoint outputs may
/// run concurrently.
public final class ConvolutionMatrix: StoredConvolution, @unchecked Sendable {
    public let stored: StoredValues
    var layout: ConvolutionLayout
    public internal(set) var forwardSet: ForwardSet?
    /// The matrix of the forward set.
    var forwardMatrix: ConvolutionMatrix?

    /// A convolution with `values` at the flat row-major `positions` (ascending); no values means all 0.
    /// - Parameters:
    ///   - inputHalo: Border of the input panels, at least the padding, which it is if left out.
    ///   - gradientHalo: Border of the panels of the output's gradient; what `geometry` says if left out.
    /// - Throws: `StoreError` when positions or values do not fit the geometry, or a panel is more than 32-bit offsets reach.
    public init(
        _ geometry: ConvolutionGeometry, inputHalo: Int? = nil, gradientHalo: Int? = nil, positions: [Int],
        values: [Float] = []
    ) throws(StoreError) {
        let halos = (inputHalo ?? geometry.padding, gradientHalo ?? geometry.gradientHalo)
        try geometry.checkStored(inputHalo: halos.0, gradientHalo: halos.1)
        let plain = try PlainCSR(rows: geometry.rows, columns: geometry.columns, positions: positions)
        guard values.isEmpty || values.count == positions.count else {
            throw .invalidStructure("\(positions.count) positions but \(values.count) values")
        }
        layout = ConvolutionLayout(plain, geometry, inputHalo: halos.0, gradientHalo: halos.1)
        stored = StoredValues(values.isEmpty ? AlignedBuffer(count: positions.count) : AlignedBuffer(values))
    }

    var products: ConvolutionProducts { layout.products }
    var multiplied: any StoredConvolution { forwardMatrix ?? self }

    /// A forward set has an input gradient of its own.
    public var joinsGradients: Bool { forwardSet == nil }

    public func gradients(
        input: Panels, outputGradient: Panels, into inputGradient: Panels, adding: Bool, panels: Range<Int>, part: Part
    ) {
        gradients(
            input: input, outputGradient: outputGradient, into: inputGradient, adding: adding, panels: panels,
            part: part, kernels: InstructionSet.kernels)
    }

    func gradients(
        input: Panels, outputGradient: Panels, into inputGradient: Panels, adding: Bool, panels: Range<Int>, part: Part,
        kernels: st_kernels
    ) {
        guard joinsGradients else {
            self.inputGradient(
                outputGradient, into: inputGradient, adding: adding, panels: panels, part: part, kernels: kernels)
            weightGradient(
                input: input, outputGradient: outputGradient, panels: panels, part: part, kernels: kernels)
            return
        }
        products.gradients(
            input: input, outputGradient: outputGradient, into: inputGradient, gradient: gradient, values: values,
            adding: adding, panels: panels, part: part, kernels: kernels)
    }

    /// Rows of a part, cut where the weights before them reach the part's share.
    func lines(of part: Part) -> Range<Int> {
        if part.count == 1 { return 0..<rows }
        return CSRLayout.gridRange(of: part, weightsBefore: layout.rowStarts)
    }

    public func storeRange(of part: Part) -> Range<Int> {
        let mine = lines(of: part)
        return layout.rowStarts[mine.lowerBound]..<layout.rowStarts[mine.upperBound]
    }

    public var rows: Int { geometry.rows }
    public var columns: Int { geometry.columns }
    public var format: String { "csr" }
    public var unitRows: Int { 1 }
    public var unitColumns: Int { 1 }
    public var positionCount: Int { rows * columns }
    public var storedCount: Int { layout.count }
    public var storedWeights: Int { layout.count }
    public var byteCount: Int {
        layout.byteCount + stored.byteCount + (forwardSet?.byteCount ?? 0)
    }

    public func storedPositions() -> [Int] {
        [Int](unsafeUninitializedCapacity: storedCount) { buffer, count in
            for row in 0..<rows {
                for i in layout.rowStarts[row]..<layout.rowStarts[row + 1] {
                    buffer[i] = row * columns + Int(layout.columnIndices.pointer[i])
                }
            }
            count = storedCount
        }
    }

    public func storedScores(of array: ParallelArray) -> [Float] { stored[array].array }

    public func apply(_ change: TopologyChange, workers: Workers) throws(StoreError) {
        if change.isEmpty { return }
        try change.check(positionCount: positionCount, roles: stored.roles)
        let merged = try change.merge(into: storedPositions())
        let plain = try PlainCSR(rows: rows, columns: columns, positions: merged.positions)
        (forwardSet, forwardMatrix) = (nil, nil)
        layout = ConvolutionLayout(plain, geometry, inputHalo: inputHalo, gradientHalo: gradientHalo)
        stored.move(merged.sources, change: change, workers: workers)
    }

    public func useForward(_ positions: [Int], penalty: Float) throws(StoreError) {
        try checkForward(positions)
        let matrix = try ConvolutionMatrix(
            geometry, inputHalo: inputHalo, gradientHalo: gradientHalo, positions: positions)
        forwardSet = ForwardSet(matrix, of: self, penalty: penalty)
        forwardMatrix = matrix
    }
}
