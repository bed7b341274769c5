internal import SparseStore

/// The layers in order with the batch's input: who reads and writes which panels. Calls for disjoint panels, or for
/// disjoint parts of one layer, may run at once.
struct LayerChain: Sendable {
    let layers: [any Layer]
    /// Place of the layer whose output each layer reads; -1: the batch's input.
    let sources: [Int]
    let input: Panels
    let pass: Pass

    func input(of index: Int) -> Panels { sources[index] < 0 ? input : layers[sources[index]].output }

    func forward(_ index: Int, panels: Range<Int>, part: Part = .whole) {
        layers[index].forward(input(of: index), panels: panels, part: part, pass: pass)
    }

    func backward(_ index: Int, panels: Range<Int>, part: Part = .whole) {
        layers[index].backward(
            input(of: index), inputGradient: sources[index] < 0 ? nil : layers[sources[index]].outputGradient,
            panels: panels, part: part, pass: pass)
    }

    /// Carries panels through all of `range`.
    func forward(_ range: Range<Int>, panels: Range<Int>) {
        for index in range { forward(index, panels: panels) }
    }

    /// Carries gradients of panels back through all of `range`.
    func backward(_ range: Range<Int>, panels: Range<Int>) {
        for index in range.reversed() {
            layers[index].activationBackward(panels: panels, part: .whole)
            backward(index, panels: panels)
        }
    }
}
