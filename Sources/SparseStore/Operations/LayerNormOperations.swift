internal import SparseKernels

/// Normalisation of every sample by its own channels, which are a feature vector without border.
package struct LayerNormOperations: Sendable {
    /// Whether the mean is taken off: layer normalisation; without it, root mean square normalisation.
    package let centered: Bool
    /// Added to the variance before its root is taken.
    package let epsilon: Float
    /// Factor of each channel.
    package let gamma: AlignedBuffer<Float>
    /// What is added to each channel, of layer normalisation.
    package let beta: AlignedBuffer<Float>?
    /// Of each lane of each panel, as of the last `forward`: the mean, and 1 / sqrt(variance + epsilon).
    private let mean: AlignedBuffer<Float>
    private let inverse: AlignedBuffer<Float>
    /// For each panel the sums over its lanes that gamma's gradient adds up, and behind them those of beta's.
    private let sums: AlignedBuffer<Float>

    /// - Parameter samples: Most that a batch has.
    package init(
        centered: Bool, epsilon: Float, gamma: AlignedBuffer<Float>, beta: AlignedBuffer<Float>?, samples: Int
    ) {
        precondition(gamma.count > 0 && (beta?.count ?? gamma.count) == gamma.count, "a number for each channel")
        (self.centered, self.epsilon, self.gamma, self.beta) = (centered, epsilon, gamma, beta)
        let panels = Panels.count(samples)
        mean = AlignedBuffer(count: panels * Panels.lanes)
        inverse = AlignedBuffer(count: panels * Panels.lanes)
        sums = AlignedBuffer(count: panels * 2 * gamma.count)
    }

    private var channels: Int { gamma.count }

    private func check(_ x: Panels, _ panels: Range<Int>) {
        precondition(x.channels == channels && x.mapStride == Panels.lanes, "not the vectors that are normalised")
        precondition(panels.lowerBound >= 0 && panels.upperBound <= x.panelCount, "panels outside the batch")
        precondition(panels.upperBound * Panels.lanes <= mean.count, "more panels than the batch has")
    }

    /// y = gamma (x - mean) inverse + beta; y may be x.
    package func forward(_ x: Panels, into y: Panels, panels: Range<Int>) {
        check(x, panels)
        check(y, panels)
        let forward = InstructionSet.kernels.layer_norm.forward
        for panel in panels {
            forward(
                x.pointer(panel: panel, channel: 0), channels, centered ? 1 : 0, epsilon, gamma.pointer, beta?.pointer,
                y.pointer(panel: panel, channel: 0), mean.pointer + panel * Panels.lanes,
                inverse.pointer + panel * Panels.lanes)
        }
    }

    /// The gradient of x, if it goes anywhere, added to `addend` if there is one, and what each panel adds to the gradients of gamma and
    /// beta. The gradient may take the place of what it is computed from.
    package func backward(
        _ outputGradient: Panels, input x: Panels, into inputGradient: Panels?, addingTo addend: Panels? = nil,
        panels: Range<Int>
    ) {
        check(outputGradient, panels)
        check(x, panels)
        if let inputGradient { check(inputGradient, panels) }
        if let addend { check(addend, panels) }
        let backward = InstructionSet.kernels.layer_norm.backward
        for panel in panels {
            let own = sums.pointer + panel * 2 * channels
            backward(
                outputGradient.pointer(panel: panel, channel: 0), x.pointer(panel: panel, channel: 0), channels,
                centered ? 1 : 0, gamma.pointer, mean.pointer + panel * Panels.lanes,
                inverse.pointer + panel * Panels.lanes, addend?.pointer(panel: panel, channel: 0),
                inputGradient?.pointer(panel: panel, channel: 0), own, beta == nil ? nil : own + channels)
        }
    }

    /// The gradient of gamma in some channels, from what `backward` has left for each panel, in their order.
    package func gammaGradient(panels: Range<Int>, channels range: Range<Int>, into gradient: AlignedBuffer<Float>) {
        addUp(panels, range, from: 0, into: gradient)
    }

    /// The same of beta.
    package func betaGradient(panels: Range<Int>, channels range: Range<Int>, into gradient: AlignedBuffer<Float>) {
        addUp(panels, range, from: channels, into: gradient)
    }

    private func addUp(_ panels: Range<Int>, _ range: Range<Int>, from start: Int, into gradient: AlignedBuffer<Float>)
    {
        precondition(range.lowerBound >= 0 && range.upperBound <= channels && gradient.count == channels)
        precondition(panels.lowerBound >= 0 && panels.upperBound * 2 * channels <= sums.count)
        InstructionSet.kernels.layer_norm.row_sums(
            sums.pointer + panels.lowerBound * 2 * channels + start + range.lowerBound, panels.count, 2 * channels,
            range.count, gradient.pointer + range.lowerBound)
    }
}
