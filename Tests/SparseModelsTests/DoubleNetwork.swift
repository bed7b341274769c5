import Foundation
import SparseStore

@testable import SparseModels

/// The whole network again in double precision, sample by sample, forward only: gradients come from differences of its
/// loss. It reads structure and dropout masks from the network but none of its arithmetic.
struct DoubleNetwork {
    /// Dense weights, biases and so on, by parameter name.
    var parameters: [String: [Double]]
    /// [sample][channel, row, column]
    var input: [[Double]]
    let labels: [Int]
    let network: Network
    let step: Int
    let smoothing: Double
    let squared: Bool
    /// Samples of each sequence, one after the other.
    let lengths: [Int]

    init(
        _ network: Network, input: Panels, labels: AlignedBuffer<Int32>, samples: Int, step: Int,
        smoothing: Double = 0, squared: Bool = false
    ) {
        parameters = Self.parameters(of: network)
        self.input = (0..<samples).map { sample in
            let pixels = input.rows * input.columns
            return (0..<input.channels * pixels).map {
                let pixel = $0 % pixels
                return Double(input[sample, $0 / pixels, pixel / input.columns, pixel % input.columns])
            }
        }
        self.labels = (0..<samples).map { Int(labels[$0]) }
        self.network = network
        self.step = step
        self.smoothing = smoothing
        self.squared = squared
        lengths = [samples]
    }

    /// Sequences of such lengths, whose samples are in `input` without any padding.
    init(_ network: Network, input: [[Double]], labels: [Int], lengths: [Int]) {
        parameters = Self.parameters(of: network)
        (self.input, self.labels, self.network, self.lengths) = (input, labels, network, lengths)
        (step, smoothing, squared) = (0, 0, false)
    }

    private static func parameters(of network: Network) -> [String: [Double]] {
        var parameters: [String: [Double]] = [:]
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
        return parameters
    }

    /// Outputs of each sample in training mode.
    func outputs() -> [[Double]] {
        var results: [[[Double]]] = []
        for (index, node) in network.model.nodes.enumerated() {
            let definition = node.definition
            let reads = node.sources.map { source in
                if case .layer(let layer) = source { results[layer] } else { input }
            }
            var x = reads[0]
            let pixels = node.inputs[0].rows * node.inputs[0].columns
            switch definition {
            case let linear as Linear:
                let weights = parameter(linear.name + ".weight")
                let bias =
                    linear.bias ? parameter(linear.name + ".bias") : [Double](repeating: 0, count: linear.outputs)
                x = x.map { row in
                    (0..<linear.outputs).map { output in
                        var sum = bias[output]
                        for column in row.indices { sum += weights[output * row.count + column] * row[column] }
                        return linear.relu ? max(sum, 0) : sum
                    }
                }
            case is Copy:
                break
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
                    let map = channel * pixels..<(channel + 1) * pixels
                    let n = Double(x.count * pixels)
                    let mean = x.reduce(0) { $0 + $1[map].reduce(0, +) } / n
                    let variance = x.reduce(0) { $0 + $1[map].reduce(0) { $0 + ($1 - mean) * ($1 - mean) } } / n
                    for sample in x.indices {
                        for i in map {
                            let normalised = (x[sample][i] - mean) / (variance + Double(norm.epsilon)).squareRoot()
                            let y = gamma[channel] * normalised + beta[channel]
                            x[sample][i] = norm.relu ? max(y, 0) : y
                        }
                    }
                }
            case let convolution as Conv2D:
                let weights = parameter(convolution.name + ".weight")
                let bias = convolution.bias ? parameter(convolution.name + ".bias") : nil
                x = x.map { convolve($0, convolution, node, weights, bias) }
            case let pooling as Pooling:
                x = x.map { pool($0, pooling, node) }
            case let addition as Addition:
                x = zip(x, reads[1]).map { a, b in zip(a, b).map { addition.relu ? max($0 + $1, 0) : $0 + $1 } }
            default:
                guard let y = ofSequences(definition, reads) else {
                    preconditionFailure("a layer without reference: \(definition.name)")
                }
                x = y
            }
            results.append(x)
        }
        return results[results.count - 1]
    }

    private func convolve(
        _ x: [Double], _ layer: Conv2D, _ node: ModelNode, _ weights: [Double], _ bias: [Double]?
    ) -> [Double] {
        let (input, output) = (node.inputs[0], node.output)
        let (groupInputs, groupOutputs) = (input.channels / layer.groups, output.channels / layer.groups)
        var y = [Double](repeating: 0, count: output.elements)
        for index in y.indices {
            let (channel, pixel) = index.quotientAndRemainder(dividingBy: output.rows * output.columns)
            var sum = bias?[channel] ?? 0
            for i in 0..<groupInputs {
                for u in 0..<layer.kernelRows {
                    for v in 0..<layer.kernelColumns {
                        let row = pixel / output.columns * layer.stride + u * layer.dilation - layer.padding
                        let column = pixel % output.columns * layer.stride + v * layer.dilation - layer.padding
                        guard row >= 0, row < input.rows, column >= 0, column < input.columns else { continue }
                        let from = channel / groupOutputs * groupInputs + i
                        let weight = ((channel * groupInputs + i) * layer.kernelRows + u) * layer.kernelColumns + v
                        sum += weights[weight] * x[(from * input.rows + row) * input.columns + column]
                    }
                }
            }
            y[index] = layer.relu ? max(sum, 0) : sum
        }
        return y
    }

    private func pool(_ x: [Double], _ layer: Pooling, _ node: ModelNode) -> [Double] {
        let (input, output, window) = (node.inputs[0], node.output, layer.window(for: node.inputs[0]))
        return (0..<output.elements).map { index in
            let (channel, pixel) = index.quotientAndRemainder(dividingBy: output.rows * output.columns)
            var values: [Double] = []
            for u in 0..<window.kernelRows {
                for v in 0..<window.kernelColumns {
                    let row = pixel / output.columns * window.stride + u - window.padding
                    let column = pixel % output.columns * window.stride + v - window.padding
                    guard row >= 0, row < input.rows, column >= 0, column < input.columns else { continue }
                    values.append(x[(channel * input.rows + row) * input.columns + column])
                }
            }
            switch layer.kind {
            case .maximum: return values.max() ?? 0
            case .average: return values.reduce(0, +) / Double(window.kernelRows * window.kernelColumns)
            }
        }
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

    func parameter(_ name: String) -> [Double] { parameters[name] ?? [] }
}
