extension GradientBatch {
    /// scale x the gradient of the single weight at this row and column of a linear layer, summed in one fixed order.
    func gradient(row: Int, column: Int) -> Float {
        var sum = SIMD16<Float>.zero
        for panel in 0..<Panels.count(samples) {
            let a = outputGradient.buffer.pointer + panel * outputGradient.panelStride + row * Panels.lanes
            let b = input.buffer.pointer + panel * input.panelStride + column * Panels.lanes
            for half in [0, 16] {
                let x = UnsafeRawPointer(a + half).load(as: SIMD16<Float>.self)
                let y = UnsafeRawPointer(b + half).load(as: SIMD16<Float>.self)
                sum += x * y
            }
        }
        return scale * sum.sum()
    }

    /// Traps unless the batch belongs to a linear layer of this shape: the one check before the unchecked loops.
    func check(rows: Int, columns: Int) {
        precondition(
            input.panelStride == columns * Panels.lanes && outputGradient.panelStride == rows * Panels.lanes
                && samples <= min(input.capacity, outputGradient.capacity),
            "a gradient batch does not fit a \(rows) x \(columns) matrix")
    }
}
