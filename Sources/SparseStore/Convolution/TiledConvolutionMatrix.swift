/// The weights of a convolution in blocks of output x input channels, for one kernel element each, or all of them ("dense"):
/// an input that is loaded once serves several output channels. Blocks are those of a matrix whose columns come kernel
/// element by kernel element; one group only, and input channels that are a multiple of the side.
///
/// One thread may change the matrix at a time, and none may use it meanwhile; products and reads of disjoint outputs may
/// run concurrently: hence the unchecked conformance.
package final class TiledConvolutionMatrix: StoredConvolution, @unchecked Sendable {
    private enum Weights {
        case dense(DenseMatrix)
        case blocks(BlockSparseMatrix)
    }

    private let weights: Weights
    private(set) var products: ConvolutionProducts
    package internal(set) var forwardSet: ForwardSet?
    /// The matrix of the forward set.
    var forwardMatrix: TiledConvolutionMatrix?
    var multiplied: any StoredConvolution { forwardMatrix ?? self }

    private init(
        _ weights: Weights, _ geometry: ConvolutionGeometry, inputHalo: Int, gradientHalo: Int
    ) throws(StoreError) {
        try geometry.checkStored(inputHalo: inputHalo, gradientHalo: gradientHalo)
        let offsets = ConvolutionOffsets(geometry: geometry, inputHalo: inputHalo, gradientHalo: gradientHalo)
        self.weights = weights
        products = Self.products(weights, offsets)
    }

    /// A convolution of all the weights of `matrix`, whose columns are in PyTorch's order.
    package convenience init(
        _ geometry: ConvolutionGeometry, inputHalo: Int, gradientHalo: Int, dense matrix: DenseMatrix
    ) throws(StoreError) {
        precondition(geometry.groups == 1 && matrix.rows == geometry.rows && matrix.columns == geometry.columns)
        try self.init(.dense(matrix), geometry, inputHalo: inputHalo, gradientHalo: gradientHalo)
    }

    /// A convolution of the blocks of `matrix`, whose columns come kernel element by kernel element.
    package convenience init(
        _ geometry: ConvolutionGeometry, inputHalo: Int, gradientHalo: Int, blocks matrix: BlockSparseMatrix
    ) throws(StoreError) {
        precondition(
            geometry.hasBlocks(ofSide: matrix.unitRows) && matrix.rows == geometry.rows
                && matrix.columns == geometry.columns)
        var geometry = geometry
        geometry.columnOrder = .elementFirst
        try self.init(.blocks(matrix), geometry, inputHalo: inputHalo, gradientHalo: gradientHalo)
    }

    /// Whether it multiplies for this convolution and these borders.
    func isPlaced(for other: ConvolutionGeometry, inputHalo: Int, gradientHalo: Int) -> Bool {
        var other = other
        other.columnOrder = products.geometry.columnOrder
        return (products.geometry, products.inputHalo, products.gradientHalo) == (other, inputHalo, gradientHalo)
    }

    private var matrix: any SparseMatrix {
        switch weights {
        case .dense(let matrix): matrix
        case .blocks(let matrix): matrix
        }
    }

    func lines(of part: Part) -> Range<Int> {
        switch weights {
        case .dense(let matrix):
            let (mine, height) = (matrix.rowRange(of: part), DenseMatrix.partUnit)
            return (mine.lowerBound + height - 1) / height..<(mine.upperBound + height - 1) / height
        case .blocks(let matrix):
            let (mine, count) = (matrix.layout.gridRows(of: part), products.forward.lines)
            let lines = matrix.shape.side / products.forward.height
            return min(mine.lowerBound * lines, count)..<min(mine.upperBound * lines, count)
        }
    }

    private static func products(_ weights: Weights, _ offsets: ConvolutionOffsets) -> ConvolutionProducts {
        switch weights {
        case .dense: TiledConvolutionLayout.dense(offsets)
        case .blocks(let matrix): TiledConvolutionLayout.blocks(matrix.shape, matrix.storedPositions(), offsets)
        }
    }

    package var rows: Int { matrix.rows }
    package var columns: Int { matrix.columns }
    package var format: String { matrix.format }
    package var unitRows: Int { matrix.unitRows }
    package var unitColumns: Int { matrix.unitColumns }
    package var positionCount: Int { matrix.positionCount }
    package var storedCount: Int { matrix.storedCount }
    package var storedWeights: Int { matrix.storedWeights }
    package var byteCount: Int { matrix.byteCount + products.byteCount + (forwardSet?.byteCount ?? 0) }
    package var stored: StoredValues { matrix.stored }
    package func storeRange(of part: Part) -> Range<Int> { matrix.storeRange(of: part) }
    package func storedPositions() -> [Int] { matrix.storedPositions() }
    package func storeIndices() -> [Int] { matrix.storeIndices() }
    package func storedScores(of array: ParallelArray) -> [Float] { matrix.storedScores(of: array) }
    package func elements(of array: ParallelArray) -> [Float] { matrix.elements(of: array) }
    package func setElements(of array: ParallelArray, to elements: [Float]) {
        matrix.setElements(of: array, to: elements)
    }

    package func apply(_ change: TopologyChange, workers: Workers) throws(StoreError) {
        if change.isEmpty { return }
        try matrix.apply(change, workers: workers)
        (forwardSet, forwardMatrix) = (nil, nil)
        let offsets = ConvolutionOffsets(geometry: geometry, inputHalo: inputHalo, gradientHalo: gradientHalo)
        products = Self.products(weights, offsets)
    }

    package func useForward(_ positions: [Int], penalty: Float) throws(StoreError) {
        guard unitRows > 1 else { throw .invalidStructure("a dense convolution has no forward set") }
        try checkForward(positions)
        let matrix = try TiledConvolutionMatrix(
            geometry, inputHalo: inputHalo, gradientHalo: gradientHalo,
            blocks: BlockSparseMatrix(rows: rows, columns: columns, side: unitRows, positions: positions))
        forwardSet = ForwardSet(matrix, of: self, penalty: penalty)
        forwardMatrix = matrix
    }
}
