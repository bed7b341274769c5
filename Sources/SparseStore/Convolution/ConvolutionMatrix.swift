internal import SparseKernels

/// The sparse weights of a convolution: single weights in row-major order, and for the products the place of what each
/// reads. To policies and optimisers it is a sparse matrix like any other; positions are those of `geometry`'s matrix.
///
/// One thread may change the matrix at a time, and none may use it meanwhile; products and reads of disjoint outputs may
/// run concurrently: hence the unchecked conformance.
package final class ConvolutionMatrix: StoredConvolution, @unchecked Sendable {
    package let stored: StoredValues
    var layout: ConvolutionLayout
    package internal(set) var forwardSet: ForwardSet?
    /// The matrix of the forward set.
    var forwardMatrix: ConvolutionMatrix?

    package let geometry: ConvolutionGeometry
    private var halos: ConvolutionHalos?

    /// A convolution with `values` at the flat row-major `positions` (ascending); no values means all 0. Before its products
    /// are asked for it must be told the borders of the maps: `place`.
    /// - Throws: `StoreError` when positions or values do not fit the geometry.
    package init(
        unplaced geometry: ConvolutionGeometry, positions: [Int], values: [Float] = []
    ) throws(StoreError) {
        let plain = try PlainCSR(rows: geometry.rows, columns: geometry.columns, positions: positions)
        guard values.isEmpty || values.count == positions.count else {
            throw .invalidStructure("\(positions.count) positions but \(values.count) values")
        }
        self.geometry = geometry
        layout = ConvolutionLayout(plain, geometry, halos: nil)
        stored = StoredValues(values.isEmpty ? AlignedBuffer(count: positions.count) : AlignedBuffer(values))
    }

    /// The same, in its place.
    /// - Parameters:
    ///   - geometry: Shape of the convolution.
    ///   - inputHalo: Border of the input panels, at least the padding, which it is if left out.
    ///   - gradientHalo: Border of the panels of the output's gradient; what `geometry` says if left out.
    ///   - positions: Of the stored units, ascending.
    ///   - values: One for each weight of these units.
    /// - Throws: `StoreError`, also when a panel is more than 32-bit offsets reach.
    package convenience init(
        _ geometry: ConvolutionGeometry, inputHalo: Int? = nil, gradientHalo: Int? = nil, positions: [Int],
        values: [Float] = []
    ) throws(StoreError) {
        try self.init(unplaced: geometry, positions: positions, values: values)
        try place(inputHalo: inputHalo ?? geometry.padding, gradientHalo: gradientHalo ?? geometry.gradientHalo)
    }

    /// Lays the weights out for maps with these borders, if they are not laid out so already: networks that share the weights
    /// may compute meanwhile.
    /// - Throws: `StoreError` when a panel is more than 32-bit offsets reach.
    package func place(inputHalo: Int, gradientHalo: Int) throws(StoreError) {
        try geometry.checkStored(inputHalo: inputHalo, gradientHalo: gradientHalo)
        let halos = ConvolutionHalos(input: inputHalo, gradient: gradientHalo)
        if halos == self.halos { return }
        layout = ConvolutionLayout(layout.plain(geometry), geometry, halos: halos)
        self.halos = halos
    }

    var products: ConvolutionProducts {
        guard let products = layout.products else { preconditionFailure("a convolution multiplies where it is placed") }
        return products
    }
    var multiplied: any StoredConvolution { forwardMatrix ?? self }

    /// A forward set has an input gradient of its own.
    package var joinsGradients: Bool { forwardSet == nil }

    package func gradients(
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

    package func storeRange(of part: Part) -> Range<Int> {
        let mine = lines(of: part)
        return layout.rowStarts[mine.lowerBound]..<layout.rowStarts[mine.upperBound]
    }

    package var rows: Int { geometry.rows }
    package var columns: Int { geometry.columns }
    package var format: String { "csr" }
    package var unitRows: Int { 1 }
    package var unitColumns: Int { 1 }
    package var positionCount: Int { rows * columns }
    package var storedCount: Int { layout.count }
    package var storedWeights: Int { layout.count }
    package var byteCount: Int {
        layout.byteCount + stored.byteCount + (forwardSet?.byteCount ?? 0)
    }

    package func storedPositions() -> [Int] {
        [Int](unsafeUninitializedCapacity: storedCount) { buffer, count in
            for row in 0..<rows {
                for i in layout.rowStarts[row]..<layout.rowStarts[row + 1] {
                    buffer[i] = row * columns + Int(layout.columnIndices.pointer[i])
                }
            }
            count = storedCount
        }
    }

    package func storedScores(of array: ParallelArray) -> [Float] { stored[array].array }

    package func apply(_ change: TopologyChange, workers: Workers) throws(StoreError) {
        if change.isEmpty { return }
        try change.check(positionCount: positionCount, roles: stored.roles)
        let merged = try change.merge(into: storedPositions())
        let plain = try PlainCSR(rows: rows, columns: columns, positions: merged.positions)
        (forwardSet, forwardMatrix) = (nil, nil)
        layout = ConvolutionLayout(plain, geometry, halos: halos)
        stored.move(merged.sources, change: change, workers: workers)
    }

    package func useForward(_ positions: [Int], penalty: Float) throws(StoreError) {
        try checkForward(positions)
        let matrix = try ConvolutionMatrix(
            geometry, inputHalo: inputHalo, gradientHalo: gradientHalo, positions: positions)
        forwardSet = ForwardSet(matrix, of: self, penalty: penalty)
        forwardMatrix = matrix
    }
}
