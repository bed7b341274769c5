internal import SparseKernels

/// The weights of a convolution, whatever way they are stored.
package protocol ConvolutionWeights: SparseMatrix {
    /// Shape of the convolution.
    var geometry: ConvolutionGeometry { get }
    /// Border of the panels of the input that the products take.
    var inputHalo: Int { get }
    /// Border of the panels of the output's gradient that they take.
    var gradientHalo: Int { get }
    /// inputGradient (+)= transposed W x outputGradient; `adding` keeps what is there.
    func inputGradient(
        _ outputGradient: Panels, into inputGradient: Panels, adding: Bool, panels: Range<Int>, part: Part)
    /// Both gradients over all `panels` of a batch: `inputGradient`, and `weightGradient` to rounding. The weights are cut
    /// differently: only all parts together have computed all gradients.
    func gradients(
        input: Panels, outputGradient: Panels, into inputGradient: Panels, adding: Bool, panels: Range<Int>, part: Part)
}

extension ConvolutionWeights {
    package func gradients(
        input: Panels, outputGradient: Panels, into inputGradient: Panels, panels: Range<Int>, part: Part
    ) {
        gradients(
            input: input, outputGradient: outputGradient, into: inputGradient, adding: false, panels: panels, part: part
        )
    }

    package func gradients(
        input: Panels, outputGradient: Panels, into inputGradient: Panels, adding: Bool, panels: Range<Int>, part: Part
    ) {
        self.inputGradient(outputGradient, into: inputGradient, adding: adding, panels: panels, part: part)
        weightGradient(input: input, outputGradient: outputGradient, panels: panels, part: part)
    }

    package func inputGradient(
        _ outputGradient: Panels, into inputGradient: Panels, panels: Range<Int>, part: Part
    ) {
        self.inputGradient(outputGradient, into: inputGradient, adding: false, panels: panels, part: part)
    }
}

/// What a store of this room adds, so that the products are written once.
protocol StoredConvolution: ConvolutionWeights {
    var products: ConvolutionProducts { get }
    /// What `forward` and `inputGradient` multiply by: the forward set if there is one, or all.
    var multiplied: any StoredConvolution { get }
    /// Lines whose weights a part of the work owns.
    func lines(of part: Part) -> Range<Int>
}

extension StoredConvolution {
    var multiplied: any StoredConvolution { self }
    public var geometry: ConvolutionGeometry { products.geometry }
    public var inputHalo: Int { products.inputHalo }
    public var gradientHalo: Int { products.gradientHalo }
    public var convolution: ConvolutionGeometry? { geometry }

    public func forward(
        _ input: Panels, into output: Panels, bias: AlignedBuffer<Float>?, relu: Bool, panels: Range<Int>, part: Part
    ) {
        multiplied.forward(
            input, into: output, bias: bias, relu: relu, panels: panels, part: part, kernels: InstructionSet.kernels)
    }

    func forward(
        _ input: Panels, into output: Panels, bias: AlignedBuffer<Float>?, relu: Bool, panels: Range<Int>, part: Part,
        kernels: st_kernels
    ) {
        products.forward(
            input, into: output, values: values, bias: bias, relu: relu, panels: panels, lines: lines(of: part),
            kernels: kernels)
    }

    public func inputGradient(
        _ outputGradient: Panels, into inputGradient: Panels, adding: Bool, panels: Range<Int>, part: Part
    ) {
        multiplied.inputGradient(
            outputGradient, into: inputGradient, adding: adding, panels: panels, part: part,
            kernels: InstructionSet.kernels)
    }

    func inputGradient(
        _ outputGradient: Panels, into inputGradient: Panels, adding: Bool, panels: Range<Int>, part: Part,
        kernels: st_kernels
    ) {
        products.inputGradient(
            outputGradient, into: inputGradient, values: values, adding: adding, panels: panels, part: part,
            kernels: kernels)
    }

    public func weightGradient(input: Panels, outputGradient: Panels, panels: Range<Int>, part: Part) {
        weightGradient(
            input: input, outputGradient: outputGradient, panels: panels, part: part, kernels: InstructionSet.kernels)
    }

    func weightGradient(
        input: Panels, outputGradient: Panels, panels: Range<Int>, part: Part, kernels: st_kernels
    ) {
        products.weightGradient(
            input: input, outputGradient: outputGradient, into: gradient, panels: panels, lines: lines(of: part),
            kernels: kernels)
    }
}

extension ConvolutionGeometry {
    /// The weights given, stored the way that the products of this convolution need: blocks as blocks (their columns come
    /// kernel element by kernel element), a dense matrix of one group as it is, all others as single weights. What
    /// `MatrixFormat.make` made for this convolution is put into its place and not copied.
    /// - Throws: `StoreError` when they do not fit, or are too many.
    package func store(
        _ weights: any SparseMatrix, inputHalo: Int, gradientHalo: Int
    ) throws(StoreError) -> any ConvolutionWeights {
        switch weights {
        case let single as ConvolutionMatrix where single.geometry == self:
            try single.place(inputHalo: inputHalo, gradientHalo: gradientHalo)
            return single
        case let placed as TiledConvolutionMatrix:
            // Networks that share weights have the same borders. Its scores are those of blocks, so nothing else can be made of it.
            guard placed.isPlaced(for: self, inputHalo: inputHalo, gradientHalo: gradientHalo) else {
                throw .invalidStructure("weights of another convolution, or of maps with other borders")
            }
            return placed
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

    /// Refuses borders that are too narrow, and convolutions that the kernels cannot hold.
    func checkStored(inputHalo: Int, gradientHalo: Int) throws(StoreError) {
        precondition(inputHalo >= padding && gradientHalo >= self.gradientHalo, "a border is too narrow")
        let floats = max(
            inputChannels * Panels.mapStride(rows: inputRows, columns: inputColumns, halo: inputHalo),
            outputChannels * Panels.mapStride(rows: outputRows, columns: outputColumns, halo: gradientHalo))
        guard floats <= Int(Int32.max), kernelElements <= ConvolutionTiling.largestKernel else {
            throw .tooLarge(rows: rows, columns: columns)
        }
    }

    /// Whether the weights can be stored in blocks of this side.
    package func hasBlocks(ofSide side: Int) -> Bool { groups == 1 && inputChannels % side == 0 }
}
