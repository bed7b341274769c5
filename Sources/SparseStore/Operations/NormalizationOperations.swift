internal import SparseKernels

/// Batch normalisation of some channels over the first `samples` samples of a batch (Ioffe, Szegedy, "Batch
/// normalization", ICML 2015). Per-channel buffers have one element for each channel of the panels; padded lanes and
/// borders are never counted, and panels of one shape may have different borders.
package enum NormalizationOperations {
    /// y = x * factor + shift for each channel, and with `relu` y = max(x * factor + shift, 0).
    package struct Affine: Sendable {
        /// Factor of each channel.
        package let factor: AlignedBuffer<Float>
        /// What is added to each channel.
        package let shift: AlignedBuffer<Float>
        /// Whether negative results become 0.
        package let relu: Bool

        /// Arrays with a number for each channel; they are read at each call, not copied.
        package init(factor: AlignedBuffer<Float>, shift: AlignedBuffer<Float>, relu: Bool = false) {
            precondition(factor.count == shift.count, "a factor and a shift for each channel")
            self.factor = factor
            self.shift = shift
            self.relu = relu
        }

        func from(_ channel: Int) -> st_affine {
            st_affine(factor: factor.pointer + channel, shift: shift.pointer + channel, relu: relu ? 1 : 0)
        }
    }

    /// Mean and biased variance of each channel.
    package static func statistics(
        of x: Panels, samples: Int, channels: Range<Int>, mean: AlignedBuffer<Float>, variance: AlignedBuffer<Float>
    ) {
        let panels = check(x, samples: samples, channels: channels, mean, variance)
        let joined = x.halo == 0
        var maps = x.maps(panels: panels, channels: channels, joined: joined)
        var batch = x.batch(panels: panels, channels: channels, samples: samples, joined: joined)
        let first = channels.lowerBound
        InstructionSet.kernels.normalization.statistics(
            &maps, &batch, mean.pointer + first, variance.pointer + first)
    }

    /// y = affine(x), for some panels.
    package static func affine(
        _ x: Panels, into y: Panels, panels: Range<Int>, channels: Range<Int>, _ affine: Affine
    ) {
        x.check(panels: panels, channels: channels)
        x.checkSameShape(as: y)
        precondition(affine.factor.count == x.channels, "one element a channel is needed")
        let joined = x.halo == 0 && y.halo == 0
        var from = x.maps(panels: panels, channels: channels, joined: joined)
        var to = y.maps(panels: panels, channels: channels, joined: joined)
        var batch = x.batch(panels: panels, channels: channels, samples: x.capacity, joined: joined)
        var map = affine.from(channels.lowerBound)
        InstructionSet.kernels.normalization.affine(&from, &batch, &map, &to)
    }

    /// Gradients of gamma and beta in y = gamma * (x - mean) * inverse + beta, from that of y, or of max(y, 0) when
    /// `affine`, which is the same map, has a ReLU.
    package static func gradients(
        _ outputGradient: Panels, input x: Panels, samples: Int, channels: Range<Int>, _ affine: Affine,
        mean: AlignedBuffer<Float>, inverse: AlignedBuffer<Float>, gamma gammaGradient: AlignedBuffer<Float>,
        beta betaGradient: AlignedBuffer<Float>
    ) {
        let panels = check(
            x, samples: samples, channels: channels, mean, inverse, gammaGradient, betaGradient, affine.factor)
        x.checkSameShape(as: outputGradient)
        let joined = x.halo == 0 && outputGradient.halo == 0
        var dy = outputGradient.maps(panels: panels, channels: channels, joined: joined)
        var from = x.maps(panels: panels, channels: channels, joined: joined)
        var batch = x.batch(panels: panels, channels: channels, samples: samples, joined: joined)
        let first = channels.lowerBound
        var map = affine.from(first)
        InstructionSet.kernels.normalization.gradients(
            &dy, &from, &batch, &map, mean.pointer + first, inverse.pointer + first, gammaGradient.pointer + first,
            betaGradient.pointer + first)
    }

    /// Gradient of x, through the batch's mean and variance too; the gradients of gamma and beta are already there.
    /// Without `addend` it is written as it is, with it as the sum of both; that may be what is there.
    package static func inputGradient(
        _ outputGradient: Panels, input x: Panels, into inputGradient: Panels, addingTo addend: Panels? = nil,
        samples: Int, channels: Range<Int>, _ affine: Affine, mean: AlignedBuffer<Float>, inverse: AlignedBuffer<Float>,
        gammaGradient: AlignedBuffer<Float>, betaGradient: AlignedBuffer<Float>
    ) {
        let panels = check(
            x, samples: samples, channels: channels, mean, inverse, gammaGradient, betaGradient, affine.factor)
        x.checkSameShape(as: outputGradient)
        x.checkSameShape(as: inputGradient)
        if let addend { x.checkSameShape(as: addend) }
        let joined = x.halo == 0 && outputGradient.halo == 0 && inputGradient.halo == 0 && addend?.halo ?? 0 == 0
        var dy = outputGradient.maps(panels: panels, channels: channels, joined: joined)
        var from = x.maps(panels: panels, channels: channels, joined: joined)
        var dx = inputGradient.maps(panels: panels, channels: channels, joined: joined)
        var batch = x.batch(panels: panels, channels: channels, samples: samples, joined: joined)
        let first = channels.lowerBound
        var map = affine.from(first)
        let inputGradient = InstructionSet.kernels.normalization.input_gradient
        func run(_ addend: UnsafePointer<st_maps>?) {
            inputGradient(
                &dy, &from, &batch, &map, mean.pointer + first, inverse.pointer + first, gammaGradient.pointer + first,
                betaGradient.pointer + first, addend, &dx)
        }
        if let addend {
            var other = addend.maps(panels: panels, channels: channels, joined: joined)
            run(&other)
        } else {
            run(nil)
        }
    }

    private static func check(
        _ x: Panels, samples: Int, channels: Range<Int>, _ a: AlignedBuffer<Float>, _ b: AlignedBuffer<Float>,
        _ c: AlignedBuffer<Float>? = nil, _ d: AlignedBuffer<Float>? = nil, _ e: AlignedBuffer<Float>? = nil
    ) -> Range<Int> {
        precondition(samples > 0 && samples <= x.capacity, "more samples than the batch holds")
        let n = x.channels
        precondition(
            a.count == n && b.count == n && c?.count ?? n == n && d?.count ?? n == n && e?.count ?? n == n,
            "one element a channel is needed")
        let panels = 0..<Panels.count(samples)
        x.check(panels: panels, channels: channels)
        return panels
    }
}
