public import SparseStore

/// The second stage of a step: gradients back to the output of every layer.
extension Network {
    /// Carries a training batch forward, takes its loss, and carries the gradient of the mean loss back to the output of
    /// every layer. Gradients of parameters follow in `parameterGradients` or `update`, but for those that layers compute on
    /// the way (`Layer.joinsGradients`).
    /// - Parameters:
    ///   - inputs: One for each input of the model.
    ///   - targets: What the loss takes: a class below the number of outputs for each sample, say.
    ///   - samples: Samples of the batch.
    ///   - loss: What is minimised.
    ///   - metrics: What is measured beside the loss.
    ///   - step: Number of the training step; keys the random numbers of dropout.
    ///   - sums: Takes up loss and metrics of the batch.
    public func backward(
        _ inputs: [BatchInput], targets: Targets, samples: Int, loss: any Loss, metrics: [any Metric] = [], step: Int,
        into sums: inout MetricSums
    ) {
        let found = Subnormals.flush()
        defer { Subnormals.restore(found) }
        let chain = admit(inputs, samples: samples, training: true, step: step)
        let head = head(loss, metrics, targets, samples)
        lastBatch = chain
        let last = segments[segments.count - 1]
        for segment in segments.dropLast() { forward(segment, chain) }
        if carriesPanels(last, chain.pass) && !joinsGradients(last) {
            overPanels(last, chain.pass, of: "forward and backward") { panels in
                chain.forward(last.layers, panels: panels)
                head.evaluate(panels: panels)
                chain.backward(last.layers, panels: panels)
            }
        } else {
            let tail = tail(last, chain.pass)
            let front = Segment(
                layers: last.layers.lowerBound..<tail.lowerBound, carriesPanels: last.carriesPanels,
                keepsSequences: last.keepsSequences)
            if !front.layers.isEmpty { forward(front, chain) }
            if tail.isEmpty {
                head.evaluate(panels: chain.pass.panels)
            } else {
                overTail(chain.pass) { panels in
                    chain.forward(tail, panels: panels)
                    head.evaluate(panels: panels)
                    chain.backward(tail, panels: panels)
                }
            }
            if !front.layers.isEmpty { backward(front, chain) }
        }
        for segment in segments.dropLast().reversed() { backward(segment, chain) }
        head.add(to: &sums)
    }

    private func backward(_ segment: Segment, _ chain: LayerChain) {
        for run in backwardRuns(segment) { backward(run: run, chain) }
    }

    private func backward(run segment: Segment, _ chain: LayerChain) {
        if carriesPanels(segment, chain.pass) {
            overPanels(segment, chain.pass, of: "backward") { chain.backward(segment.layers, panels: $0) }
            return
        }
        for layer in segment.layers.reversed() {
            if layers[layer].hasFusedActivation {
                overParts(layer, chain.pass, of: "activation") { chain.activationBackward(layer, panels: $0, part: $1) }
            }
            // Each part of a layer that joins its gradients reads all gradients of its output.
            let most =
                layers[layer].joinsGradients ? max(workers.parts, chain.inputs(of: layer)[0].channels / 16) : nil
            overParts(layer, chain.pass, of: "backward", mostOfAllPanels: most) {
                chain.backward(layer, panels: $0, part: $1)
            }
        }
    }
}
