import Foundation
import SparseParts
import SparseStore
import Testing

@testable import SparseModels

/// Layers of sequences: outputs and gradients against double precision without any padding, and what threads and padding may change,
/// which is nothing.
struct SequenceTests {
    /// The largest distance from double precision, as a share of the largest gradient of the parameter.
    private func compare(_ one: SequenceCase, _ what: String, every: Int = 1) {
        let sums = one.backward()
        one.network.parameterGradients()
        let reference = one.reference()
        let mean = sums.loss / Double(one.loss.counted)
        #expect(abs(mean - reference.loss()) < 3e-6 * max(1, mean), "\(what): \(mean), \(reference.loss())")
        for parameter in one.network.parameters {
            let positions = parameter.matrix?.storedPositions() ?? Array(0..<parameter.values.count)
            let gradient = parameter.matrix?.storedScores(of: .gradient) ?? parameter.gradient.array
            var (error, size) = (0.0, 0.0)
            for index in stride(from: 0, to: positions.count, by: every) {
                let expected = reference.difference(parameter.name, positions[index])
                error = max(error, abs(expected - Double(gradient[index])))
                size = max(size, abs(expected))
            }
            #expect(error <= 3e-5 * max(size, 1e-3) && size > 0, "\(what), \(parameter.name): \(error) of \(size)")
        }
    }

    @Test(arguments: [5, 32, 40, 64]) func gradientsOfGPT(length: Int) throws {
        let model = try smallGPT(context: length)
        compare(
            try SequenceCase(model, lengths: [length, length], seed: length), "\(length) tokens",
            every: length > 5 ? 11 : 2)
    }

    @Test func gradientsOfOtherKinds() throws {
        let kinds: [(TransformerNorm, TransformerActivation, TransformerAttention)] = [
            (.rms, .silu, .full), (.layer, .geluTanh, .causal), (.rms, .gelu, .full),
        ]
        for (norm, activation, attention) in kinds {
            let model = try smallGPT("1x8", context: 40, heads: 2) {
                ($0.norm, $0.activation, $0.attention) = (norm, activation, attention)
            }
            compare(try SequenceCase(model, lengths: [37, 37]), "\(norm), \(activation), \(attention)", every: 5)
        }
    }

    /// The last window may be short: nothing past the last sample is a key.
    @Test(arguments: [TransformerAttention.causal, .full]) func aShortLastWindow(attention: TransformerAttention) throws
    {
        let model = try smallGPT("1x8", context: 40, heads: 2) { $0.attention = attention }
        for last in [3, 33] { compare(try SequenceCase(model, lengths: [40, 40, last]), "\(attention)", every: 7) }
    }

    /// Layers that read one input with others, and one that reads the same three times.
    @Test func gradientsInAGraph() throws {
        let parts: [any ModelPart] = [
            Linear(name: "a", outputs: 8, bias: false), Reading("a", "a", "a", by: Attention(name: "one", heads: 2)),
            Reading("a", by: GELU(name: "gelu")), Reading("a", by: RMSNorm(name: "rms")),
            Reading("a", by: LayerNorm(name: "ln")), Reading("a", by: PositionEmbedding(name: "pos", context: 33)),
            Reading("ln", "a", "rms", by: Attention(name: "two", heads: 4, causal: false)),
            Reading("one", "two", by: Addition(name: "s1")), Reading("s1", "gelu", by: Addition(name: "s2")),
            Reading("s2", "pos", by: Addition(name: "s3")), Reading("s3", "rms", by: Addition(name: "s4")),
            SiLU(name: "silu"), Reading("silu", by: Linear(name: "out", outputs: 3)),
        ]
        let model = try Model(name: "graph", input: ActivationShape(channels: 5), layers: parts)
        compare(try SequenceCase(model, lengths: [33, 33]), "graph", every: 3)
    }

    @Test func paddingChangesNothing() throws {
        let one = try SequenceCase(try smallGPT(context: 40), lengths: [40, 40, 40])
        let before = one.outputs()
        let inOneBatch = one.network.output
        #expect(inOneBatch.buffer.array.allSatisfy { $0.isFinite })
        for lane in 0..<one.samples where one.labels[lane] < 0 { one.ids[lane] = 6 }
        #expect(one.outputs() == before)
        // Nor do other windows, which may be later tokens, too.
        for token in 0..<20 { one.ids[64 + token] = Int32(token % 7) }
        one.ids[39] = (one.ids[39] + 1) % 7
        let after = one.outputs()
        #expect(Array(after[..<39]) == Array(before[..<39]) && after[39] != before[39])
        #expect(Array(after[80...]) == Array(before[80...]) && after[60] != before[60])
    }

    @Test func threadsGiveTheSameBits() throws {
        let model = try smallGPT("2x64", vocabulary: 50, context: 40, heads: 4) { $0.dropout = 0.1 }
        var found: [[[Float]]] = []
        var losses: [[Double]] = []
        for threads in [1, 2, 7] {
            let one = try SequenceCase(
                model, lengths: Array(repeating: 40, count: 8), density: 0.3, threads: threads)
            losses.append(
                try (0..<3).map { step in
                    let sums = one.backward(step: step)
                    try one.network.update(
                        AdamW(), learningRate: 0.01, settings: UpdateSettings(clipNorm: step == 0 ? nil : 1))
                    return sums.loss
                })
            found.append(one.network.parameters.map { $0.values.array })
        }
        #expect(found[1] == found[0] && found[2] == found[0])
        #expect(losses[1] == losses[0] && losses[2] == losses[0] && losses[0][2] < losses[0][0])
    }

    @Test func tablesBeginAsTheSeedSays() throws {
        let model = try smallGPT("1x64", vocabulary: 300, context: 64, heads: 4)
        func tables(_ seed: UInt64, drawn: Bool = true) throws -> [[Float]] {
            let matrices = try model.weightShapes.map { try DenseMatrix(rows: $0.rows, columns: $0.columns) }
            let network = try Network(
                model: model, matrices: matrices, batchSize: 64, seed: seed, workers: Workers(threads: 1),
                drawsTables: drawn)
            return network.parameters.filter { $0.extents.count == 2 && $0.matrix == nil }.map { $0.values.array }
        }
        let one = try tables(1)
        #expect(one.map(\.count) == [300 * 64, 64 * 64])
        #expect(try tables(1) == one)
        #expect(try tables(2) != one)
        #expect(try tables(1, drawn: false).joined().allSatisfy { $0 == 0 })
        for table in one {
            let variance = table.reduce(0) { $0 + Double($1) * Double($1) } / Double(table.count)
            #expect(abs(variance.squareRoot() - 0.02) < 0.001)
        }
        #expect(Array(one[0].prefix(4096)) != Array(one[1].prefix(4096)))
    }

    @Test func networksThatCannotBe() throws {
        func reason(_ layers: [any ModelPart]) -> String {
            do {
                let model = try Model(name: "m", input: ActivationShape(tokensOf: 5), layers: layers)
                _ = try Network(model: model, matrices: [], batchSize: 32, workers: Workers(threads: 1))
                return ""
            } catch { return "\(error)" }
        }
        let table = TokenEmbedding(name: "tok", width: 6)
        #expect(reason([table, TiedLinear(name: "head", embedding: "tok", outputs: 5)]) == "")
        #expect(reason([table, TiedLinear(name: "head", embedding: "no", outputs: 5)]).contains("'no'"))
        #expect(reason([table, TiedLinear(name: "head", embedding: "tok", outputs: 4)]).contains("has 5 x 6"))
        #expect(
            reason([table, LayerNorm(name: "ln"), TiedLinear(name: "head", embedding: "ln", outputs: 5)]).contains(
                "no embedding"))
        #expect(
            reason([
                table, Reading("tok", "tok", "tok", by: Attention(name: "att", heads: 4)),
            ]).contains("4 heads do not divide its 6"))
        #expect(reason([Linear(name: "a", outputs: 5)]).contains("reads tokens"))
        let vectors = ActivationShape(channels: 3)
        #expect(throws: ModelError.self) { try Model(name: "m", input: vectors, layers: [table]) }
        let maps = ActivationShape(channels: 3, rows: 2, columns: 2)
        #expect(throws: ModelError.self) { try Model(name: "m", input: maps, layers: [LayerNorm(name: "ln")]) }
    }
}
