import SparseTraining

/// A table with a row of numbers for each token: y = row of the sample's token.
struct TokenTable: LayerDefinition {
    let name: String
    let outputs: Int

    var readsTokens: Bool { true }
    func fault(for inputs: [ActivationShape]) -> String? { inputs[0].vocabulary == nil ? "reads no tokens" : nil }
    func outputShape(for inputs: [ActivationShape]) -> ActivationShape { ActivationShape(channels: outputs) }
    func vectorParameters(for inputs: [ActivationShape]) -> Int { outputs * (inputs[0].vocabulary ?? 0) }
    func makeLayer(at site: LayerSite) -> any Layer { TokenTableLayer(self, site) }
}

final class TokenTableLayer: Layer {
    let name: String
    let output: Panels
    let outputGradient: Panels
    let parameters: [Parameter]
    private let table: ParameterVector

    init(_ definition: TokenTable, _ site: LayerSite) {
        name = definition.name
        (output, outputGradient) = (site.output, site.outputGradient)
        table = ParameterVector(count: definition.outputs * (site.inputs[0].shape.vocabulary ?? 0), initially: 0)
        parameters = [Parameter(name: name + ".weight", kind: .bias, storage: .vector(table))]
    }

    func forward(_ inputs: LayerInputs, panels: Range<Int>, part: Part, pass: Pass) {
        let tokens = inputs.tokens(0)
        for sample in panels.lowerBound * 32..<panels.upperBound * 32 {
            for channel in part.range(of: output.channels) {
                let place = output.offset(panel: sample / 32, channel: channel) + sample % 32
                let token = Int(tokens[sample])
                output.buffer[place] = token < 0 ? 0 : table.values[token * output.channels + channel]
            }
        }
    }

    func backward(_ inputs: LayerInputs, panels: Range<Int>, part: Part, pass: Pass) {}

    func parameterGradient(_ index: Int, inputs: LayerInputs, part: Part, pass: Pass) {
        let tokens = inputs.tokens(0)
        for place in part.range(of: table.gradient.count, unit: 16) {
            table.gradient[place] = 0
            for sample in 0..<pass.samples where Int(tokens[sample]) == place / output.channels {
                table.gradient[place] += outputGradient[sample, place % output.channels]
            }
        }
    }
}
