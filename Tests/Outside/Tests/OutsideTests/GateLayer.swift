import SparseTraining

/// y = (A a + B b) * c for inputs a, b, c: a layer of two matrices and three inputs, written as a program outside would.
struct Gate: LayerDefinition {
    let name: String
    let outputs: Int

    var inputCount: Int { 3 }
    var sharesInput: Bool { false }
    var split: LayerSplit { .wholePanels }

    func fault(for inputs: [ActivationShape]) -> String? {
        inputs[2] == ActivationShape(channels: outputs) ? nil : "its gate has the shape \(inputs[2])"
    }
    func outputShape(for inputs: [ActivationShape]) -> ActivationShape { ActivationShape(channels: outputs) }
    func weightShapes(for inputs: [ActivationShape]) -> [WeightShape] {
        (0..<2).map {
            WeightShape(name: "\(name).\($0)", outputs: outputs, inputs: inputs[$0].elements, input: $0)
        }
    }
    func makeLayer(at site: LayerSite) -> any Layer { GateLayer(self, site) }
}

final class GateLayer: Layer {
    let name: String
    let output: Panels
    let outputGradient: Panels
    let parameters: [Parameter]
    private let weights: [any SparseMatrix]
    /// A a, B b, and the gradient of their sum.
    private let products: [Panels]
    private let gradient: Panels

    init(_ definition: Gate, _ site: LayerSite) {
        name = definition.name
        (output, outputGradient, weights) = (site.output, site.outputGradient, site.weights)
        products = (0..<2).map { _ in Panels(channels: definition.outputs, samples: site.batchSize) }
        gradient = Panels(channels: definition.outputs, samples: site.batchSize)
        parameters = site.weights.enumerated().map { index, matrix in
            Parameter(name: "\(definition.name).\(index).weight", kind: .weight, storage: .matrix(matrix))
        }
    }

    /// Places of the numbers of some panels in buffers of one panel after the other, and in those of others.
    private func each(_ panels: Range<Int>, _ body: (_ panel: Int, _ place: Int) -> Void) {
        for panel in panels { for place in 0..<output.panelSize { body(panel, place) } }
    }

    private func value(_ x: Panels, _ panel: Int, _ place: Int) -> Float { x.buffer[panel * x.panelStride + place] }

    func forward(_ inputs: LayerInputs, panels: Range<Int>, part: Part, pass: Pass) {
        for index in 0..<2 {
            weights[index].forward(
                inputs[index], into: products[index], bias: nil, relu: false, panels: panels, part: .whole)
        }
        let gate = inputs[2]
        each(panels) { panel, place in
            output.buffer[panel * output.panelStride + place] =
                (value(products[0], panel, place) + value(products[1], panel, place)) * value(gate, panel, place)
        }
    }

    func backward(_ inputs: LayerInputs, panels: Range<Int>, part: Part, pass: Pass) {
        let gate = inputs[2]
        each(panels) { panel, place in
            gradient.buffer[panel * gradient.panelStride + place] =
                value(outputGradient, panel, place) * value(gate, panel, place)
        }
        if let target = inputs.gradient(2) {
            each(panels) { panel, place in
                target.buffer[panel * target.panelStride + place] =
                    value(outputGradient, panel, place)
                    * (value(products[0], panel, place) + value(products[1], panel, place))
            }
        }
        for index in 0..<2 {
            guard let target = inputs.gradient(index) else { continue }
            weights[index].inputGradient(gradient, into: target, panels: panels, part: .whole)
        }
    }

    func parameterGradient(_ index: Int, inputs: LayerInputs, part: Part, pass: Pass) {
        weights[index].weightGradient(
            input: inputs[index], outputGradient: gradient, panels: pass.panels, part: part)
    }

    func gradientPanels(ofWeights index: Int, inputs: LayerInputs) -> (input: Panels, outputGradient: Panels) {
        (inputs[index], gradient)
    }
}
