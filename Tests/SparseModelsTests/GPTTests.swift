import Foundation
import SparseParts
import SparseStore
import Testing

@testable import SparseModels

/// The GPT that `--model` names.
struct GPTTests {
    @Test func hasItsLayers() throws {
        let model = try smallGPT("2x128", vocabulary: 65, context: 64, heads: 4)
        #expect(model.name == "gpt:2x128" && model.longestSequence == 64)
        #expect(model.output == ActivationShape(channels: 65))
        let block = ["q", "k", "v", "o", "fc1", "fc2"]
        #expect(model.weightShapes.map(\.name) == (1...2).flatMap { number in block.map { "block\(number).\($0)" } })
        #expect(model.weightShapes.map(\.rows).prefix(6) == [128, 128, 128, 128, 512, 128])
        #expect(model.weightShapes.map(\.columns).prefix(6) == [128, 128, 128, 128, 128, 512])
        let ending = 0.02 / 4.0.squareRoot()
        #expect(model.weightShapes.prefix(6).map(\.deviation) == [0.02, 0.02, 0.02, ending, 0.02, ending])
        // As in PyTorch: two tables, two blocks of 12 W^2 and two norms, and the last norm.
        #expect(model.denseWeights == 2 * 12 * 128 * 128)
        #expect(model.denseParameters == model.denseWeights + (65 + 64) * 128 + 5 * 256)
        let attention = 2 * 4 * 32.5 * 128.0
        #expect(model.forwardFLOPs == 2 * Double(model.denseWeights) + attention + 2 * 65 * 128)
        let names = model.layers.map(\.name).filter { !$0.contains(".input") }
        #expect(
            names.prefix(14) == [
                "tok", "pos", "block1.ln1", "block1.q", "block1.k", "block1.v", "block1.attention", "block1.o",
                "block1.sum1", "block1.ln2", "block1.fc1", "block1.act", "block1.fc2", "block1.sum2",
            ])
        #expect(names.suffix(2) == ["ln", "head"])
    }

    @Test func headsOfNearly64Channels() {
        #expect([64, 128, 256, 384, 768, 1024, 6, 7, 1].map(GPT.usualHeads) == [4, 4, 4, 6, 12, 16, 3, 1, 1])
    }

    @Test func optionsAddAndChangeLayers() throws {
        let model = try smallGPT("1x16", context: 8, heads: 2) {
            ($0.dropout, $0.norm, $0.activation, $0.attention) = (0.1, .rms, .geluTanh, .full)
        }
        #expect(model.layers.filter { $0 is Dropout }.map(\.name) == ["dropout", "block1.dropout1", "block1.dropout2"])
        #expect(model.layers.count { $0 is RMSNorm } == 3)
        #expect(model.layers.contains { ($0 as? GELU)?.kind == .tanh })
        #expect(model.layers.contains { ($0 as? Attention)?.causal == false })
    }

    @Test(arguments: [
        "gpt:", "gpt:4", "gpt:0x8", "gpt:4x0", "gpt:x8", "gpt:4x8x2", "gpt:1001x8", "gpt:4x65537", "gpt:ax8",
    ])
    func wrongSizesAreRefused(name: String) {
        #expect(throws: ModelError.self) {
            try Parts.models.model(named: name, input: ActivationShape(tokensOf: 65), classes: 65)
        }
    }

    @Test func whatDoesNotGoTogetherIsRefused() {
        func reason(_ input: ActivationShape, _ classes: Int, heads: Int? = nil) -> String {
            do {
                _ = try Parts.models.model(
                    named: "gpt:1x8", input: input, classes: classes, options: Settings { $0.heads = heads })
                return ""
            } catch { return "\(error)" }
        }
        #expect(reason(ActivationShape(tokensOf: 65), 65).isEmpty)
        #expect(reason(ActivationShape(channels: 784), 10).contains("data that are a text"))
        #expect(reason(ActivationShape(tokensOf: 65), 64).contains("one output for each token"))
        #expect(reason(ActivationShape(tokensOf: 65), 65, heads: 3).contains("a divisor of the width, which is 8"))
    }

    @Test func aNarrowerOneHasAName() {
        #expect(Parts.models.narrowed("gpt:4x128", by: 0.25) == "gpt:4x32")
    }

    /// Starting values: the dense deviation divided by the root of the density.
    @Test func startingValuesFollowTheModel() {
        let positions = Array(stride(from: 0, to: 200 * 100, by: 4))
        func deviation(_ initial: InitialValues, positions: [Int]) -> Double {
            let values = initial.values(
                rows: 200, columns: 100, deviation: 0.02, positions: positions, seed: 1, layer: 0)
            return (values.reduce(0) { $0 + Double($1) * Double($1) } / Double(values.count)).squareRoot()
        }
        #expect(abs(deviation(.sparseFanIn, positions: positions) - 0.04) < 0.002)
        #expect(abs(deviation(.rowFanIn, positions: positions) - 0.04) < 0.002)
        #expect(abs(deviation(.denseFanIn, positions: positions) - 0.02) < 0.001)
        #expect(abs(deviation(.normal, positions: positions) - 0.1) < 0.005)
    }

    /// Layers that cannot be, by a change of one text in a description that is right.
    @Test(arguments: [
        ("\"heads\":2", "\"heads\":0"), ("\"heads\":2", "\"heads\":3"), ("\"heads\":2", "\"heads\":-2"),
        ("\"context\":8", "\"context\":0"), ("\"context\":8", "\"context\":4611686018427387904"),
        ("\"width\":16", "\"width\":0"), ("\"width\":16", "\"width\":9223372036854775807"),
        ("\"kind\":\"exact\"", "\"kind\":\"other\""), ("\"vocabulary\":7", "\"vocabulary\":0"),
        ("\"deviation\":0.02,", "\"deviation\":-1,"),
        ("\"embedding\":\"tok\"", "\"embedding\":7"), ("\"kind\":\"TokenEmbedding\"", "\"kind\":\"Linear\""),
    ])
    func whatCannotBeIsRefused(original: String, change: String) throws {
        let model = try smallGPT("1x16", context: 8, heads: 2)
        let text = String(decoding: try model.json(), as: UTF8.self)
        try #require(text.contains(original))
        #expect(try Model(json: Data(text.utf8)).json() == model.json())
        let changed = text.replacingOccurrences(of: original, with: change)
        #expect(throws: ModelError.self) { try Model(json: Data(changed.utf8)) }
    }

    /// Linear layers of files that know of no option are as they were.
    @Test func linearLayersOfEarlierReleases() throws {
        let old = #"{"name":"fc1","outputs":3,"relu":false}"#
        let linear = try JSONDecoder().decode(Linear.self, from: Data(old.utf8))
        #expect(linear.bias && linear.deviation == nil)
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        #expect(String(decoding: try encoder.encode(linear), as: UTF8.self) == old)
        let new = try encoder.encode(Linear(name: "fc1", outputs: 3, bias: false, deviation: 0.5))
        let read = try JSONDecoder().decode(Linear.self, from: new)
        #expect(!read.bias && read.deviation == 0.5)
    }
}
