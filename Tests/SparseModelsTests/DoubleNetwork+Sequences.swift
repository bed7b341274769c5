import Foundation

@testable import SparseModels

/// The layers of sequences in double precision, as their definitions have them.
extension DoubleNetwork {
    func ofSequences(_ definition: any LayerDefinition, _ reads: [[[Double]]]) -> [[Double]]? {
        let x = reads[0]
        switch definition {
        case let embedding as TokenEmbedding:
            let table = parameter(embedding.name + ".weight")
            return x.map { sample in
                let first = Int(sample[0]) * embedding.width
                return Array(table[first..<first + embedding.width])
            }
        case let embedding as PositionEmbedding:
            let table = parameter(embedding.name + ".weight")
            let places = lengths.flatMap { Array(0..<$0) }
            return zip(x, places).map { sample, place in
                sample.indices.map { sample[$0] + table[place * sample.count + $0] }
            }
        case let norm as LayerNorm:
            let (gamma, beta) = (parameter(norm.name + ".weight"), parameter(norm.name + ".bias"))
            return x.map { sample in
                let mean = sample.reduce(0, +) / Double(sample.count)
                let variance = sample.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(sample.count)
                let root = (variance + Double(norm.epsilon)).squareRoot()
                return sample.indices.map { gamma[$0] * (sample[$0] - mean) / root + beta[$0] }
            }
        case let norm as RMSNorm:
            let gamma = parameter(norm.name + ".weight")
            return x.map { sample in
                let root = (sample.reduce(0) { $0 + $1 * $1 } / Double(sample.count) + Double(norm.epsilon))
                    .squareRoot()
                return sample.indices.map { gamma[$0] * sample[$0] / root }
            }
        case let gelu as GELU where gelu.kind == .exact:
            return x.map { $0.map { $0 * 0.5 * erfc(-$0 / 2.0.squareRoot()) } }
        case is GELU:
            let factor = (2 / Double.pi).squareRoot()
            return x.map { $0.map { 0.5 * $0 * (1 + tanh(factor * ($0 + 0.044715 * $0 * $0 * $0))) } }
        case is SiLU:
            return x.map { $0.map { $0 / (1 + exp(-$0)) } }
        case let attention as Attention:
            return attend(attention, reads)
        case let head as TiedLinear:
            let table = parameter(head.embedding + ".weight")
            return x.map { sample in
                (0..<head.outputs).map { token in
                    sample.indices.reduce(0) { $0 + table[token * sample.count + $1] * sample[$1] }
                }
            }
        default:
            return nil
        }
    }

    private func attend(_ attention: Attention, _ reads: [[[Double]]]) -> [[Double]] {
        let (query, key, value) = (reads[0], reads[1], reads[2])
        let width = query[0].count / attention.heads
        var output = query.map { $0.map { _ in 0.0 } }
        var first = 0
        for length in lengths {
            for head in 0..<attention.heads {
                let channels = head * width..<(head + 1) * width
                for q in first..<first + length {
                    let keys = first..<(attention.causal ? q + 1 : first + length)
                    let scores = keys.map { k in
                        channels.reduce(0) { $0 + query[q][$1] * key[k][$1] } / Double(width).squareRoot()
                    }
                    let largest = scores.max() ?? 0
                    let shares = scores.map { exp($0 - largest) }
                    let sum = shares.reduce(0, +)
                    for (k, share) in zip(keys, shares) {
                        for channel in channels { output[q][channel] += share / sum * value[k][channel] }
                    }
                }
            }
            first += length
        }
        return output
    }
}
