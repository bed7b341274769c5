/// One batch's share of a dense gradient, some rows at a time.
protocol DenseGradientSource: Sendable {
    /// scores[row][column] (+)= the gradient of these rows, rows `width` floats apart; its absolute value if `absolute`.
    func product(rows: Range<Int>, accumulate: Bool, absolute: Bool, into scores: AlignedBuffer<Float>, width: Int)
}

extension GradientBatch {
    /// The batch as growth reads it.
    /// - Parameter columns: those of a linear layer that are looked at; a convolution's are all.
    func source(
        _ convolution: ConvolutionGeometry?, columns: Range<Int>, workers: Workers
    ) -> any DenseGradientSource {
        if let convolution { return ConvolutionInputs(self, convolution) }
        return PackedInputs(self, columns: columns, workers: workers)
    }
}
