internal import SparseKernels

/// Batch normalisation of some channels over the first `samples` samples of a batch (Ioffe, Szegedy, "Batch
/// normalization", ICML 2015). Per-channel buffers have one element for each channel of the panels; padded lanes are
/// never counted.
public enum NormalizationOperations {
    /// Mean and biased variance of each channel.
    public static func statistics(
        of x: Panels, samples: Int, channels: Range<Int>, mean: AlignedBuffer<Float>, variance: AlignedBuffer<Float>
    ) {
        check(x, samples: samples, channels: channels)
        precondition(mean.count == x.channels && variance.count == x.channels, "one element a channel is needed")
        let first = channels.lowerBound
        var batch = describe(x, panels: 0..<Panels.count(samples), channels: channels, samples: samples)
        InstructionSet.kernels.normalization.statistics(
            x.pointer(panel: 0, channel: first), &batch, mean.pointer + first, variance.pointer + first)
    }

    /// y = x * factor + shift, for some panels.
    public static func affine(
        _ x: Panels, into y: Panels, panels: Range<Int>, channels: Range<Int>, factor: AlignedBuffer<Float>,
        shift: AlignedBuffer<Float>
    ) {
        x.check(panels: panels, channels: channels)
        x.checkSameLayout(as: y)
        check(x, samples: x.capacity, channels: channels)
        precondition(factor.count == x.channels && shift.count == x.channels, "one element a channel is needed")
        let (panel, first) = (panels.lowerBound, channels.lowerBound)
        var batch = describe(x, panels: panels, channels: channels, samples: x.capacity)
        InstructionSet.kernels.normalization.affine(
            x.pointer(panel: panel, channel: first), &batch, factor.pointer + first, shift.pointer + first,
            y.pointer(panel: panel, channel: first))
    }

    /// Gradients of gamma and beta in y = gamma * (x - mean) * inverse + beta, from that of y.
    public static func gradients(
        _ outputGradient: Panels, input x: Panels, samples: Int, channels: Range<Int>, mean: AlignedBuffer<Float>,
        inverse: AlignedBuffer<Float>, gamma gammaGradient: AlignedBuffer<Float>,
        beta betaGradient: AlignedBuffer<Float>
    ) {
        check(x, samples: samples, channels: channels)
        precondition(
            mean.count == x.channels && inverse.count == x.channels && gammaGradient.count == x.channels
                && betaGradient.count == x.channels, "one element a channel is needed")
        x.checkSameLayout(as: outputGradient)
        let first = channels.lowerBound
        var batch = describe(x, panels: 0..<Panels.count(samples), channels: channels, samples: samples)
        InstructionSet.kernels.normalization.gradients(
            outputGradient.pointer(panel: 0, channel: first), x.pointer(panel: 0, channel: first), &batch,
            mean.pointer + first, inverse.pointer + first, gammaGradient.pointer + first, betaGradient.pointer + first)
    }

    /// Gradient of x, through the batch's mean and variance too; the gradients of gamma and beta are already there.
    public static func inputGradient(
        _ outputGradient: Panels, input x: Panels, into inputGradient: Panels, samples: Int, channels: Range<Int>,
        mean: AlignedBuffer<Float>, inverse: AlignedBuffer<Float>, gamma: AlignedBuffer<Float>,
        gammaGradient: AlignedBuffer<Float>, betaGradient: AlignedBuffer<Float>
    ) {
        check(x, samples: samples, channels: channels)
        precondition(
            mean.count == x.channels && inverse.count == x.channels && gamma.count == x.channels
                && gammaGradient.count == x.channels && betaGradient.count == x.channels,
            "one element a channel is needed")
        x.checkSameLayout(as: outputGradient)
        x.checkSameLayout(as: inputGradient)
        let first = channels.lowerBound
        var batch = describe(x, panels: 0..<Panels.count(samples), channels: channels, samples: samples)
        InstructionSet.kernels.normalization.input_gradient(
            outputGradient.pointer(panel: 0, channel: first), x.pointer(panel: 0, channel: first), &batch,
            mean.pointer + first, inverse.pointer + first, gamma.pointer + first, gammaGradient.pointer + first,
            betaGradient.pointer + first, inputGradient.pointer(panel: 0, channel: first))
    }

    private static func check(_ x: Panels, samples: Int, channels: Range<Int>) {
        precondition(samples > 0 && samples <= x.capacity, "more samples than the batch holds")
        precondition(x.halo == 0, "statistics would count the halo")
        x.check(panels: 0..<Panels.count(samples), channels: channels)
    }

    private static func describe(_ x: Panels, panels: Range<Int>, channels: Range<Int>, samples: Int) -> st_batch {
        st_batch(
            panels: panels.count, panel_stride: x.panelStride, channels: channels.count, run: x.mapStride,
            last_lanes: samples - (Panels.count(samples) - 1) * Panels.lanes)
    }
}
