import Foundation
import SparseParts
import SparseStore

@testable import SparseModels

/// The mean cross-entropy over the lanes that have a label; others, of a negative one, count nowhere.
struct LabelledLoss: Loss {
    let counted: Int
    var name: String { "labelled" }

    func evaluate(_ outputs: Panels, targets: Targets, samples: Int, gradient: Panels, panel: Int) -> Double {
        guard case .classes(let labels) = targets else { return .nan }
        var sum = 0.0
        for lane in 0..<Panels.lanes {
            let sample = panel * Panels.lanes + lane
            let label = sample < samples ? Int(labels[sample]) : -1
            func place(_ x: Panels, _ channel: Int) -> Int { x.offset(panel: panel, channel: channel) + lane }
            let x = (0..<outputs.channels).map { Double(outputs.buffer[place(outputs, $0)]) }
            let largest = x.max() ?? 0
            let total = x.reduce(0) { $0 + exp($1 - largest) }
            for (channel, value) in x.enumerated() {
                let share = exp(value - largest) / total - (channel == label ? 1 : 0)
                gradient.buffer[place(gradient, channel)] = label < 0 ? 0 : Float(share / Double(counted))
            }
            if label >= 0 { sum += largest + log(total) - x[label] }
        }
        return sum
    }
}

/// A network with a batch of sequences: windows of `length` samples, each of which begins with a panel.
struct SequenceCase {
    var network: Network
    var ids: AlignedBuffer<Int32>
    var labels: AlignedBuffer<Int32>
    /// Lanes up to the last sample, padding of the windows before it included.
    var samples: Int
    /// Samples of each window: the last may have fewer.
    var lengths: [Int]
    /// The input in its panels, of a model that reads numbers.
    var panels: Panels?

    private var step: Int { Panels.count(lengths[0]) * Panels.lanes }
    /// Place of each sample among the lanes.
    var lanes: [Int] { lengths.enumerated().flatMap { window, length in (0..<length).map { window * step + $0 } } }
    var loss: LabelledLoss { LabelledLoss(counted: lengths.reduce(0, +)) }
    var inputs: [BatchInput] { panels.map { [.values($0)] } ?? [.tokens(ids)] }

    /// - Parameter lengths: Of the windows; all but the last are alike.
    init(_ model: Model, lengths: [Int], density: Double = 0.6, threads: Int = 1, seed: Int = 1) throws {
        self.lengths = lengths
        let step = Panels.count(lengths[0]) * Panels.lanes
        samples = (lengths.count - 1) * step + (lengths.last == lengths[0] ? step : lengths[lengths.count - 1])
        let capacity = lengths.count * step
        let matrices = try model.weightShapes.enumerated().map { index, shape in
            try randomMatrix(rows: shape.rows, columns: shape.columns, density: density, seed: 100 * seed + index)
        }
        network = try Network(
            model: model, matrices: matrices, batchSize: capacity, seed: 17,
            workers: Workers(threads: threads, parts: threads))
        network.sequenceLength = lengths[0]
        var random = CounterRandom(seed: UInt64(seed), purpose: .test, layer: 1)
        for parameter in network.parameters where parameter.matrix == nil {
            for i in 0..<parameter.values.count { parameter.values[i] += Float(random.nextUnit() - 0.5) }
        }
        let classes = model.output.channels
        ids = AlignedBuffer(count: capacity)
        labels = AlignedBuffer(count: capacity)
        ids.fill(-1)
        labels.fill(-1)
        for sample in 0..<samples { ids[sample] = 0 }
        for lane in self.lanes {
            if let vocabulary = model.input.vocabulary { ids[lane] = Int32(random.next(below: vocabulary)) }
            labels[lane] = Int32(random.next(below: classes))
        }
        if model.input.vocabulary == nil {
            let input = Panels(channels: model.input.channels, samples: capacity)
            for lane in self.lanes {
                for channel in 0..<input.channels { input[lane, channel] = Float(2 * random.nextUnit() - 1) }
            }
            panels = input
        }
    }

    func backward(step: Int = 0) -> MetricSums {
        var sums = MetricSums()
        network.backward(
            inputs, targets: .classes(labels), samples: samples, loss: loss, step: step, into: &sums)
        return sums
    }

    /// The same in double precision, without padding.
    func reference() -> DoubleNetwork {
        DoubleNetwork(
            network,
            input: lanes.map { lane in
                panels.map { input in (0..<input.channels).map { Double(input[lane, $0]) } } ?? [Double(ids[lane])]
            }, labels: lanes.map { Int(labels[$0]) }, lengths: lengths)
    }

    /// Outputs of the samples in evaluation.
    func outputs() -> [[Float]] {
        let output = network.forward(inputs, samples: samples)
        return lanes.map { lane in (0..<output.channels).map { output[lane, $0] } }
    }
}

/// A small GPT.
func smallGPT(
    _ size: String = "2x12", vocabulary: Int = 7, context: Int, heads: Int = 3,
    _ change: (inout Settings) -> Void = { _ in }
) throws -> Model {
    var settings = Settings()
    (settings.context, settings.heads) = (context, heads)
    change(&settings)
    return try Parts.models.model(
        named: "gpt:" + size, input: ActivationShape(tokensOf: vocabulary), classes: vocabulary, options: settings)
}
