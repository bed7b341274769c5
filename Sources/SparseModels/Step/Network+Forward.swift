public import SparseStore

/// The first stage of a step: layers forward, and the loss.
extension Network {
    /// Carries a batch forward in evaluation mode and returns the outputs, which the next batch overwrites.
    @discardableResult
    public func forward(_ inputs: [BatchInput], samples: Int) -> Panels {
        let found = Subnormals.flush()
        defer { Subnormals.restore(found) }
        let chain = admit(inputs, samples: samples, training: false, step: 0)
        for segment in segments { forward(segment, chain) }
        return output
    }

    /// Adds loss and metrics of a batch in evaluation mode to `sums`.
    /// - Parameters:
    ///   - inputs: One for each input of the model.
    ///   - targets: A class below the number of outputs for each sample, or what else the loss takes.
    ///   - samples: Samples of the batch.
    ///   - loss: What is minimised.
    ///   - metrics: What is measured beside the loss.
    ///   - sums: Of loss and metrics, over samples.
    public func evaluate(
        _ inputs: [BatchInput], targets: Targets, samples: Int, loss: any Loss, metrics: [any Metric] = [],
        into sums: inout MetricSums
    ) {
        let found = Subnormals.flush()
        defer { Subnormals.restore(found) }
        forward(inputs, samples: samples)
        let head = head(loss, metrics, targets, samples)
        head.evaluate(panels: 0..<Panels.count(samples))
        head.add(to: &sums)
    }

    /// Name of the first layer whose output for the last training batch is not finite. Carries the batch forward once more,
    /// running averages included, for the backward pass has used the outputs' memory again.
    package func firstNotFiniteOutput() -> String? {
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

    /// Takes a batch, its sizes checked once.
    func admit(_ inputs: [BatchInput], samples: Int, training: Bool, step: Int) -> LayerChain {
        precondition(samples > 0 && samples <= batchSize, "more samples than a batch")
        precondition(inputs.count == model.inputs.count, "as many inputs as the model has")
        for (index, input) in inputs.enumerated() {
            let shape = model.inputs[index].shape
            precondition(samples <= input.capacity, "more samples than an input has room for")
            switch input {
            case .values(let panels):
                precondition(
                    panels.channels == shape.channels && panels.rows == shape.rows && panels.columns == shape.columns
                        && panels.halo == model.inputHalos[index] && shape.vocabulary == nil,
                    "input of another shape than the model's")
            case .tokens(let ids):
                guard let vocabulary = shape.vocabulary else { preconditionFailure("the model's input is no token") }
                precondition(
                    ids.elements.prefix(samples).allSatisfy { (0..<Int32(clamping: vocabulary)).contains($0) },
                    "a token outside the vocabulary")
            }
        }
        if training {
            for (index, layer) in layers.enumerated() {
                joined[index] = layer.joinsGradients ? layer.parameters.first?.gradient : nil
            }
        }
        let pass = Pass(
            training: training, samples: samples, step: step, seed: seed, panelsPerSequence: panelsPerSequence,
            sequenceLength: sequenceLength)
        return LayerChain(
            layers: layers, sources: sources, inputs: inputs, pass: pass, observer: observer)
    }

    /// The loss of a batch whose outputs are, or will be, in `output`.
    func head(_ loss: any Loss, _ metrics: [any Metric], _ targets: Targets, _ samples: Int) -> LossHead {
        let width = LossHead.width(metrics, outputs: model.output.channels)
        let needed = width * Panels.count(batchSize)
        if panelSums.count < needed { panelSums = AlignedBuffer(count: needed) }
        return LossHead(
            loss: loss, metrics: metrics, outputs: output, gradient: layers[layers.count - 1].outputGradient,
            targets: targets, samples: samples, sums: panelSums, observer: observer)
    }

    func forward(_ segment: Segment, _ chain: LayerChain) {
        if carriesPanels(segment, chain.pass) {
            overPanels(segment, chain.pass, of: "forward") { chain.forward(segment.layers, panels: $0) }
            return
        }
        for layer in segment.layers {
            overParts(layer, chain.pass, of: "forward") { chain.forward(layer, panels: $0, part: $1) }
        }
    }
}
