internal import SparseKernels

/// Sums of activations, element by element, between panels of one shape and any borders.
package enum MapOperations {
    /// y = a + b, or a without b; with `relu`, max of that and 0.
    package static func sum(
        _ a: Panels, _ b: Panels?, into y: Panels, relu: Bool, panels: Range<Int>, channels: Range<Int>
    ) {
        y.check(panels: panels, channels: channels)
        y.checkSameShape(as: a)
        if let b { y.checkSameShape(as: b) }
        let joined = a.halo == 0 && y.halo == 0 && b?.halo ?? 0 == 0
        var (x, to) = (
            a.maps(panels: panels, channels: channels, joined: joined),
            y.maps(panels: panels, channels: channels, joined: joined)
        )
        var batch = y.batch(panels: panels, channels: channels, samples: y.capacity, joined: joined)
        let sum = InstructionSet.kernels.maps.sum
        if let b {
            var other = b.maps(panels: panels, channels: channels, joined: joined)
            sum(&x, &other, &batch, relu ? 1 : 0, &to)
        } else {
            sum(&x, nil, &batch, relu ? 1 : 0, &to)
        }
    }

    /// Gradient of a term of y = a + b from that of y; `output` is y when it went through a ReLU. `adding` adds to what is
    /// there.
    package static func sumBackward(
        _ outputGradient: Panels, output: Panels?, into gradient: Panels, adding: Bool, panels: Range<Int>,
        channels: Range<Int>
    ) {
        gradient.check(panels: panels, channels: channels)
        gradient.checkSameShape(as: outputGradient)
        if let output { gradient.checkSameShape(as: output) }
        let joined = outputGradient.halo == 0 && gradient.halo == 0 && output?.halo ?? 0 == 0
        var (dy, dx) = (
            outputGradient.maps(panels: panels, channels: channels, joined: joined),
            gradient.maps(panels: panels, channels: channels, joined: joined)
        )
        var batch = gradient.batch(panels: panels, channels: channels, samples: gradient.capacity, joined: joined)
        let backward = InstructionSet.kernels.maps.sum_backward
        if let output {
            var y = output.maps(panels: panels, channels: channels, joined: joined)
            backward(&dy, &y, &batch, adding ? 1 : 0, &dx)
        } else {
            backward(&dy, nil, &batch, adding ? 1 : 0, &dx)
        }
    }
}
