internal import SparseKernels

/// Loops over the numbers of one sample, which lie side by side. They allocate nothing.
package enum SampleOperations {
    /// Numbers behind the last one of each vector or map: whole vectors end there, and lanes without a row.
    package static let room = Int(ST_MAP_ROOM)

    /// Scales raw values as `scaling` says.
    package static func scale(_ values: [Float], by scaling: FeatureScaling, into output: AlignedBuffer<Float>) {
        precondition(values.count == scaling.count && output.count >= values.count, "scaling of another length")
        let (mean, factor, target) = (scaling.mean.pointer, scaling.inverseDeviation.pointer, output.pointer)
        values.withUnsafeBufferPointer { values in
            for index in 0..<values.count { target[index] = (values[index] - mean[index]) * factor[index] }
        }
    }

    /// output[i] = factor[i] * input[i] + shift[i], with `relu` not below 0.
    package static func affine(
        _ input: AlignedBuffer<Float>, factor: AlignedBuffer<Float>, shift: AlignedBuffer<Float>, relu: Bool,
        into output: AlignedBuffer<Float>, count: Int
    ) {
        precondition(
            count >= 0 && count <= min(input.count, factor.count, shift.count, output.count),
            "vectors that are too short")
        InstructionSet.kernels.inference.affine(
            input.pointer, factor.pointer, shift.pointer, output.pointer, count, relu ? 1 : 0)
    }

    /// output[i] = first[i] + second[i], with `relu` not below 0.
    package static func sum(
        _ first: AlignedBuffer<Float>, _ second: AlignedBuffer<Float>, relu: Bool, into output: AlignedBuffer<Float>,
        count: Int
    ) {
        precondition(count >= 0 && count <= min(first.count, second.count, output.count), "vectors that are too short")
        InstructionSet.kernels.inference.sum(
            first.pointer, second.pointer, output.pointer, count, relu ? 1 : 0)
    }

    /// The product of a dense matrix, row after row, with one vector, + bias; with `relu` not below 0.
    /// - Parameter values: At least `rows` rows of `columns` numbers.
    package static func multiply(
        _ values: AlignedBuffer<Float>, rows: Int, columns: Int, _ input: AlignedBuffer<Float>,
        bias: AlignedBuffer<Float>, relu: Bool, into output: AlignedBuffer<Float>
    ) {
        precondition(
            rows >= 0 && columns >= 0 && values.count >= rows * columns && input.count >= columns
                && min(bias.count, output.count) >= rows, "vectors of other lengths than the matrix")
        InstructionSet.kernels.inference.dense(
            values.pointer, rows, columns, input.pointer, bias.pointer, output.pointer, relu ? 1 : 0)
    }
}
