import Foundation
import SparseStore

@testable import SparseModels

/// The whole network again in double precision, sample by sample, forward only: gradients come from differences of its
/// loss. It reads structure and dropout masks from the network but none of its arithmetic.
struct DoubleNetwork {
    /// Dense weights, biases and so on, by parameter name.
    var parameters: [String: [Double]]
    /// [sample][channel]
    var input: [[Double]]
    let labels: [Int]
    let network: Network
    let step: Int
    let smoothing: Double
    let squared: Bool

    init(
        _ network: Network, input: Panels, labels: AlignedBuffer<Int32>, samples: Int, step: Int,
        smoothing: Double = 0, squared: Bool = false
    ) {
        parameters = [:]
        for parameter in network.parameters {
            if let matrix = parameter.matrix {
                var dense = [Double](repeating: 0, count: matrix.rows * matrix.columns)
                for (position, value) in zip(matrix.storedPositions(), matrix.storedScores(of: .values)) {
                    dense[position] = Double(value)
                }
                parameters[parameter.name] = dense
            } else {
                parameters[parameter.name] = parameter.values.array.map(Double.init)
            }
        }
        self.input = (0..<samples).map { sample in (0..<input.channels).map { Double(input[sample, $0]) } }
        self.labels = (0..<samples).map { Int(labels[$0]) }
        self.network = network
        self.step = step
        self.smoothing = smoothing
        self.squared = squared
    }

    /// Outputs of each sample in training mode.
    func outputs() -> [[Double]] {
        var x = input
        for (index, definition) in network.model.layers.enumerated() {
            switch definition {
            case let linear as Linear:
                let (weights, bias) = (parameter(linear.name + ".weight"), parameter(linear.name + ".bias"))
                x = x.map { row in
                    (0..<linear.outputs).map { output in
                        var sum = bias[output]
                        for column in row.indices { sum += weights[output * row.count + column] * row[column] }
                        return linear.relu ? max(sum, 0) : sum
                    }
                }
            case is ReLU:
                x = x.map { $0.map { max($0, 0) } }
            case let dropout as Dropout:
                let random = CounterRandom(seed: network.seed, purpose: .dropout, layer: index, step: step)
                x = x.enumerated().map { sample, row in
                    row.enumerated().map { channel, value in
                        let r = CounterRandom.philox(
                            counter: (
                                UInt32(8 * channel + sample % 32 % 8), UInt32(sample / 32), random.high.0,
                                random.high.1
                            ), key: random.key)
                        let word = [r.0, r.1, r.2, r.3][sample % 32 / 8]
                        let kept = Double(word) < (1 - Double(dropout.rate)) * 0x1p32
                        return kept ? value / (1 - Double(dropout.rate)) : 0
                    }
                }
            case let norm as BatchNorm:
                let (gamma, beta) = (parameter(norm.name + ".weight"), parameter(norm.name + ".bias"))
                for channel in gamma.indices {
                    let n = Double(x.count)
                    let mean = x.reduce(0) { $0 + $1[channel] } / n
                    let variance = x.reduce(0) { $0 + ($1[channel] - mean) * ($1[channel] - mean) } / n
                    for sample in x.indices {
                        let normalised = (x[sample][channel] - mean) / (variance + Double(norm.epsilon)).squareRoot()
                        x[sample][channel] = gamma[channel] * normalised + beta[channel]
                    }
                }
            default:
                preconditionFailure("a layer without reference: \(definition.name)")
            }
        }
        return x
    }

    /// Mean loss of the batch.
    func loss() -> Double {
        var sum = 0.0
        for (x, label) in zip(outputs(), labels) {
            let classes = Double(x.count)
            if squared {
                for k in x.indices { sum += (x[k] - (k == label ? 1 : 0)) * (x[k] - (k == label ? 1 : 0)) / classes }
            } else {
                let logSum = log(x.reduce(0) { $0 + exp($1) })
                for k in x.indices {
                    sum -= (smoothing / classes + (k == label ? 1 - smoothing : 0)) * (x[k] - logSum)
                }
            }
        }
        return sum / Double(labels.count)
    }

    /// Central difference of the loss by one element of a parameter.
    func difference(_ name: String, _ index: Int) -> Double {
        var (up, down) = (self, self)
        up.parameters[name]?[index] += DoubleNetwork.width
        down.parameters[name]?[index] -= DoubleNetwork.width
        return (up.loss() - down.loss()) / (2 * DoubleNetwork.width)
    }

    /// Central difference of the loss by one element of the input.
    func inputDifference(_ sample: Int, _ channel: Int) -> Double {
        var (up, down) = (self, self)
        up.input[sample][channel] += DoubleNetwork.width
        down.input[sample][channel] -= DoubleNetwork.width
        return (up.loss() - down.loss()) / (2 * DoubleNetwork.width)
    }

    private static let width = 1e-6

    private func parameter(_ name: String) -> [Double] { parameters[name] ?? [] }
}
