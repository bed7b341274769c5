internal import SparseKernels

/// Attention of several heads over the sequences of a batch: y = value x softmax(key^T query / sqrt(channels of a head)), head by head.
/// Heads are neighbouring channels. No matrix of all scores is ever held: for each query and head the largest score and the sum are
/// kept, from which the way back computes shares again.
package struct AttentionOperations: Sendable {
    /// Heads.
    package let heads: Int
    /// Channels of each.
    package let headChannels: Int
    /// Whether a query sees itself and the keys before it only.
    package let causal: Bool
    /// For each panel and head the largest score of each lane and 1 / its sum.
    private let state: AlignedBuffer<Float>

    /// Queries, keys or values of all heads, or a gradient of theirs.
    package struct Terms: Sendable {
        package var query: Panels
        package var key: Panels
        package var value: Panels

        package init(query: Panels, key: Panels, value: Panels) {
            (self.query, self.key, self.value) = (query, key, value)
        }
    }

    /// Where the gradient of a term goes, and whether what is there stays and is added to.
    package struct Target: Sendable {
        package var panels: Panels?
        package var adds: Bool

        package init(_ panels: Panels?, adds: Bool) { (self.panels, self.adds) = (panels, adds) }
    }

    /// - Parameter samples: Most that a batch has.
    package init(heads: Int, channels: Int, causal: Bool, samples: Int) {
        precondition(heads > 0 && channels > 0 && channels % heads == 0, "heads have as many channels each")
        (self.heads, headChannels, self.causal) = (heads, channels / heads, causal)
        state = AlignedBuffer(count: Panels.count(samples) * heads * 2 * Panels.lanes)
    }

    private var stateStride: Int { heads * 2 * Panels.lanes }

    /// The outputs of one sequence of `length` tokens, the first of them in the first lane of `panel`.
    package func forward(_ terms: Terms, into output: Panels, panel: Int, length: Int) {
        check(terms, output, panel, length)
        let forward = InstructionSet.kernels.attention.forward
        for head in 0..<heads {
            var one = arguments(terms, output, panel, length, head)
            forward(&one)
        }
    }

    /// The gradients of queries, keys and values of one sequence, from what `forward` read and wrote. Gradients that share memory get
    /// the sum, if all but the first add.
    package func backward(
        _ outputGradient: Panels, _ terms: Terms, output: Panels, query: Target, key: Target, value: Target, panel: Int,
        length: Int
    ) {
        check(terms, output, panel, length)
        checkPanels(outputGradient, panel, length)
        if let panels = query.panels { checkPanels(panels, panel, length) }
        if let panels = key.panels { checkPanels(panels, panel, length) }
        if let panels = value.panels { checkPanels(panels, panel, length) }
        let backward = InstructionSet.kernels.attention.backward
        for head in 0..<heads {
            let channel = head * headChannels
            var one = arguments(terms, output, panel, length, head)
            func place(_ target: Target) -> UnsafeMutablePointer<Float>? {
                target.panels.map { $0.pointer(panel: panel, channel: channel) }
            }
            var gradients = st_attention_gradients(
                output: outputGradient.pointer(panel: panel, channel: channel),
                output_stride: outputGradient.panelStride, query: place(query), key: place(key), value: place(value),
                query_stride: query.panels?.panelStride ?? 0, key_stride: key.panels?.panelStride ?? 0,
                value_stride: value.panels?.panelStride ?? 0, query_adds: query.adds ? 1 : 0,
                key_adds: key.adds ? 1 : 0, value_adds: value.adds ? 1 : 0)
            backward(&one, &gradients)
        }
    }

    private func check(_ terms: Terms, _ output: Panels, _ panel: Int, _ length: Int) {
        checkPanels(terms.query, panel, length)
        checkPanels(terms.key, panel, length)
        checkPanels(terms.value, panel, length)
        checkPanels(output, panel, length)
        precondition((panel + Panels.count(length)) * stateStride <= state.count, "more panels than the batch has")
    }

    private func checkPanels(_ x: Panels, _ panel: Int, _ length: Int) {
        precondition(
            x.channels == heads * headChannels && x.mapStride == Panels.lanes, "not the vectors of these heads")
        precondition(
            length > 0 && panel >= 0 && panel + Panels.count(length) <= x.panelCount, "a sequence outside the batch")
    }

    private func arguments(
        _ terms: Terms, _ output: Panels, _ panel: Int, _ length: Int, _ head: Int
    ) -> st_attention {
        let channel = head * headChannels
        let own = state.pointer + panel * stateStride + head * 2 * Panels.lanes
        return st_attention(
            query: terms.query.pointer(panel: panel, channel: channel),
            key: terms.key.pointer(panel: panel, channel: channel),
            value: terms.value.pointer(panel: panel, channel: channel), query_stride: terms.query.panelStride,
            key_stride: terms.key.panelStride, value_stride: terms.value.panelStride,
            output: output.pointer(panel: panel, channel: channel), output_stride: output.panelStride,
            channels: headChannels, length: length, scale: 1 / Float(headChannels).squareRoot(),
            causal: causal ? 1 : 0, largest: own, inverse: own + Panels.lanes, state_stride: stateStride)
    }
}
