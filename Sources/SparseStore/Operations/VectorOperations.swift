internal import SparseKernels

/// Loops over runs of floats: scaling, sums. An element's bits do not depend on how a range was cut.
package enum VectorOperations {
    /// x[range] *= factor
    package static func scale(_ x: AlignedBuffer<Float>, by factor: Float, range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= x.count)
        InstructionSet.kernels.vectors.scale(x.pointer + range.lowerBound, factor, range.count)
    }

    /// y[range] += a * x[range]
    package static func add(_ x: AlignedBuffer<Float>, times a: Float, to y: AlignedBuffer<Float>, range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= min(x.count, y.count))
        InstructionSet.kernels.vectors.axpy(a, x.pointer + range.lowerBound, y.pointer + range.lowerBound, range.count)
    }

    /// y[place ..< place + range.count] += a * x[range]
    package static func add(
        _ x: AlignedBuffer<Float>, range: Range<Int>, times a: Float, to y: AlignedBuffer<Float>, at place: Int
    ) {
        precondition(
            range.lowerBound >= 0 && range.upperBound <= x.count && place >= 0 && place + range.count <= y.count)
        InstructionSet.kernels.vectors.axpy(a, x.pointer + range.lowerBound, y.pointer + place, range.count)
    }

    /// The sum of squares of x[range] in double precision. Not finite when an element is not.
    package static func sumOfSquares(_ x: AlignedBuffer<Float>, range: Range<Int>) -> Double {
        precondition(range.lowerBound >= 0 && range.upperBound <= x.count)
        return InstructionSet.kernels.vectors.sum_of_squares(x.pointer + range.lowerBound, range.count)
    }

    /// sums[c] = the sum of channel `c` of `x` over `panels`, for each `c` in `channels`: the gradient of a bias when
    /// `x` is the gradient of the biased output (whose padded lanes are zero).
    package static func channelSums(
        of x: Panels, panels: Range<Int>, channels: Range<Int>, into sums: AlignedBuffer<Float>
    ) {
        x.check(panels: panels, channels: channels)
        precondition(channels.upperBound <= sums.count)
        if channels.isEmpty { return }
        InstructionSet.kernels.vectors.channel_sums(
            x.pointer(panel: panels.lowerBound, channel: channels.lowerBound), panels.count, x.panelStride,
            channels.count, x.mapStride, sums.pointer + channels.lowerBound)
    }
}
