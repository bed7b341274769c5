internal import SparseStore

/// The layers in order with the batch's inputs: who reads and writes which panels. Calls for disjoint panels, or for
/// disjoint parts of one layer, may run at once.
struct LayerChain: Sendable {
    let layers: [any Layer]
    /// What each layer reads.
    let sources: [[ModelSource]]
    let inputs: [BatchInput]
    let pass: Pass
    /// Is told of the work on each layer, if anyone.
    let observer: (any StepObserver)?

    func inputs(of layer: Int) -> LayerInputs { LayerInputs(chain: self, layer: layer) }

    func panels(of source: ModelSource) -> Panels {
        switch source {
        case .layer(let layer): return layers[layer].output
        case .input(let index):
            guard case .values(let panels) = inputs[index] else {
                preconditionFailure("the input is one of tokens")
            }
            return panels
        }
    }

    func tokens(of source: ModelSource) -> AlignedBuffer<Int32> {
        guard case .input(let index) = source, case .tokens(let ids) = inputs[index] else {
            preconditionFailure("the input is not one of tokens")
        }
        return ids
    }

    func gradient(of source: ModelSource) -> Panels? { source.layer.map { layers[$0].outputGradient } }

    func forward(_ layer: Int, panels: Range<Int>, part: Part = .whole) {
        observer?.willDo(.forward(layer: layer))
        layers[layer].forward(inputs(of: layer), panels: panels, part: part, pass: pass)
        observer?.didDo(.forward(layer: layer))
    }

    func backward(_ layer: Int, panels: Range<Int>, part: Part = .whole) {
        observer?.willDo(.backward(layer: layer))
        layers[layer].backward(inputs(of: layer), panels: panels, part: part, pass: pass)
        observer?.didDo(.backward(layer: layer))
    }

    func activationBackward(_ layer: Int, panels: Range<Int>, part: Part = .whole) {
        guard layers[layer].hasFusedActivation else { return }
        observer?.willDo(.backward(layer: layer))
        layers[layer].activationBackward(panels: panels, part: part)
        observer?.didDo(.backward(layer: layer))
    }

    /// Carries panels through all of `range`.
    func forward(_ range: Range<Int>, panels: Range<Int>) {
        for layer in range { forward(layer, panels: panels) }
    }

    /// Carries gradients of panels back through all of `range`.
    func backward(_ range: Range<Int>, panels: Range<Int>) {
        for layer in range.reversed() {
            activationBackward(layer, panels: panels)
            backward(layer, panels: panels)
        }
    }
}
