public import SparseStore

extension Network {
    /// Carries a batch forward in evaluation mode and returns the outputs, which the next batch overwrites.
    @discardableResult
    public func forward(_ input: Panels, samples: Int) -> Panels {
        let found = Subnormals.flush()
        defer { Subnormals.restore(found) }
        let chain = admit(input, samples: samples, training: false, step: 0)
        for segment in segments { forward(segment, chain) }
        return output
    }

    /// Loss and correct predictions of a batch in evaluation mode.
    /// - Parameter labels: The class of each sample, below the number of outputs.
    public func evaluate(
        _ input: Panels, labels: AlignedBuffer<Int32>, samples: Int, loss: any Loss
    ) -> LossSum {
        let found = Subnormals.flush()
        defer { Subnormals.restore(found) }
        let head = head(loss, labels, samples)
        forward(input, samples: samples)
        head.evaluate(panels: 0..<Panels.count(samples))
        return head.total
    }

    /// Carries a training batch forward, takes its loss, and carries the gradient of the mean loss back to the output of
    /// every layer. Gradients of parameters follow in `parameterGradients` or `update`, but for those that layers compute on
    /// the way (`Layer.joinsGradients`).
    /// - Parameters:
    ///   - labels: The class of each sample, below the number of outputs.
    ///   - step: Number of the training step; keys the random numbers of dropout.
    public func backward(
        _ input: Panels, labels: AlignedBuffer<Int32>, samples: Int, loss: any Loss, step: Int
    ) -> LossSum {
        let found = Subnormals.flush()
        defer { Subnormals.restore(found) }
        let chain = admit(input, samples: samples, training: true, step: step)
        let head = head(loss, labels, samples)
        lastBatch = chain
        let last = segments[segments.count - 1]
        for segment in segments.dropLast() { forward(segment, chain) }
        if carriesPanels(last, chain.pass) && !joinsGradients(last) {
            overPanels(last, chain.pass) { panels in
                chain.forward(last.layers, panels: panels)
                head.evaluate(panels: panels)
                chain.backward(last.layers, panels: panels)
            }
        } else {
            forward(last, chain)
            head.evaluate(panels: chain.pass.panels)
            backward(last, chain)
        }
        for segment in segments.dropLast().reversed() { backward(segment, chain) }
        return head.total
    }

    /// Name of the first layer whose output for the last training batch is not finite. Carries the batch forward once more,
    /// running averages included, for the backward pass has used the outputs' memory again.
    public func firstNotFiniteOutput() -> String? {
        let found = Subnormals.flush()
        defer { Subnormals.restore(found) }
        guard let batch = lastBatch else { return nil }
        for (index, layer) in layers.enumerated() {
            batch.forward(index, panels: batch.pass.panels)
            for panel in batch.pass.panels {
                let start = panel * layer.output.panelStride
                let range = start..<start + layer.output.panelSize
                if !VectorOperations.sumOfSquares(layer.output.buffer, range: range).isFinite { return layer.name }
            }
        }
        return nil
    }

    func admit(_ input: Panels, samples: Int, training: Bool, step: Int) -> LayerChain {
        precondition(samples > 0 && samples <= batchSize && samples <= input.capacity, "more samples than a batch")
        precondition(
            input.channels == model.input.channels && input.rows == model.input.rows
                && input.columns == model.input.columns && input.halo == inputHalo,
            "input of another shape than the model's")
        if training {
            for (index, layer) in layers.enumerated() {
                joined[index] = layer.joinsGradients ? layer.parameters.first?.gradient : nil
            }
        }
        let pass = Pass(training: training, samples: samples, step: step, seed: seed)
        return LayerChain(layers: layers, sources: sources, input: input, pass: pass)
    }

    func head(_ loss: any Loss, _ labels: AlignedBuffer<Int32>, _ samples: Int) -> LossHead {
        LossHead(
            loss: loss, logits: output, gradient: layers[layers.count - 1].outputGradient, labels: labels,
            samples: samples, sums: panelSums)
    }

    private func forward(_ segment: Segment, _ chain: LayerChain) {
        if carriesPanels(segment, chain.pass) {
            overPanels(segment, chain.pass) { chain.forward(segment.layers, panels: $0) }
            return
        }
        for layer in segment.layers {
            overParts(layer, chain.pass) { chain.forward(layer, panels: chain.pass.panels, part: $0) }
        }
    }

    private func backward(_ segment: Segment, _ chain: LayerChain) {
        for run in backwardRuns(segment) { backward(run: run, chain) }
    }

    private func backward(run segment: Segment, _ chain: LayerChain) {
        if carriesPanels(segment, chain.pass) {
            overPanels(segment, chain.pass) { chain.backward(segment.layers, panels: $0) }
            return
        }
        for layer in segment.layers.reversed() {
            if layers[layer].hasFusedActivation {
                overParts(layer, chain.pass) {
                    chain.layers[layer].activationBackward(panels: chain.pass.panels, part: $0)
                }
            }
            // Each part of a layer that joins its gradients reads all gradients of its output.
            let most =
                layers[layer].joinsGradients ? max(workers.threads, chain.input(of: layer).channels / 16) : .max
            overParts(layer, chain.pass, most: most) { chain.backward(layer, panels: chain.pass.panels, part: $0) }
        }
    }
}
