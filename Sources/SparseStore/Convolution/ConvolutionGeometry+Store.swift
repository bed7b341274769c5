extension ConvolutionGeometry {
    /// The weights given, stored the way that the products of this convolution need: blocks as blocks (their columns come
    /// kernel element by kernel element), a dense matrix of one group as it is, all others as single weights.
    /// - Throws: `StoreError` when they do not fit, or are too many.
    public func store(
        _ weights: any SparseMatrix, inputHalo: Int, gradientHalo: Int
    ) throws(StoreError) -> any ConvolutionWeights {
        switch weights {
        case let blocks as BlockSparseMatrix:
            guard hasBlocks(ofSide: blocks.unitRows) else {
                throw .invalidStructure(
                    "blocks of \(blocks.unitRows) need one group and a multiple of that many input channels, not "
                        + "\(inputChannels) in \(groups)")
            }
            return try TiledConvolutionMatrix(
                self, inputHalo: inputHalo, gradientHalo: gradientHalo, blocks: blocks)
        case let dense as DenseMatrix where groups == 1:
            return try TiledConvolutionMatrix(self, inputHalo: inputHalo, gradientHalo: gradientHalo, dense: dense)
        default:
            return try ConvolutionMatrix(
                self, inputHalo: inputHalo, gradientHalo: gradientHalo, positions: weights.storedPositions(),
                values: weights.storedScores(of: .values))
        }
    }
}
