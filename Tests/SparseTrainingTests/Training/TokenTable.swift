import Foundation

@testable import SparseTraining

/// A row of numbers for each token: the simplest layer that reads a text.
struct TokenTable: LayerDefinition {
    let name: String
    let outputs: Int

    var readsTokens: Bool { true }
    func fault(for inputs: [ActivationShape]) -> String? { inputs[0].vocabulary == nil ? "reads no tokens" : nil }
    func outputShape(for inputs: [ActivationShape]) -> ActivationShape { ActivationShape(channels: outputs) }
    func vectorParameters(for inputs: [ActivationShape]) -> Int { outputs * (inputs[0].vocabulary ?? 0) }
    func makeLayer(at site: LayerSite) -> any Layer { TokenTableLayer(self, site) }

    /// Token, table, linear layer: what follows depends on one token alone.
    static func model(_ vocabulary: Int, width: Int = 12) throws -> Model {
        Parts.layerKinds.add(TokenTable.self, "a row for each token")
        return try Model(
            name: "bigram", input: ActivationShape(tokensOf: vocabulary),
            layers: [TokenTable(name: "table", outputs: width), Linear(name: "out", outputs: vocabulary)])
    }
}

final class TokenTableLayer: Layer {
    let name: String
    let output: Panels
    let outputGradient: Panels
    let parameters: [Parameter]
    private let table: ParameterVector
    /// Panels of a window, as the last pass had them.
    private(set) nonisolated(unsafe) var panelsPerSequence = 0

    init(_ definition: TokenTable, _ site: LayerSite) {
        name = definition.name
        (output, outputGradient) = (site.output, site.outputGradient)
        table = ParameterVector(count: definition.outputs * (site.inputs[0].shape.vocabulary ?? 0), initially: 0)
        parameters = [Parameter(name: name + ".weight", kind: .bias, storage: .vector(table))]
    }

    func forward(_ inputs: LayerInputs, panels: Range<Int>, part: Part, pass: Pass) {
        if panels.lowerBound == 0, part.index == 0 { panelsPerSequence = pass.panelsPerSequence }
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
        let range = part.range(of: table.gradient.count, unit: 16)
        for place in range { table.gradient[place] = 0 }
        for sample in 0..<pass.samples {
            for channel in 0..<output.channels {
                let place = Int(tokens[sample]) * output.channels + channel
                if range.contains(place) { table.gradient[place] += outputGradient[sample, channel] }
            }
        }
    }
}
