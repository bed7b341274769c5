import Foundation
import SparseParts
import SparseStore
import Testing

@testable import SparseModels

/// The loss of tokens against double precision, with lanes that count nowhere.
@Suite struct TokenLossTests {
    private static let classes = 11

    /// Outputs of some panels, and labels of which those of `ignored` lanes are -1.
    private func batch(_ lanes: Int, ignored: (Int) -> Bool) -> (Panels, AlignedBuffer<Int32>, Int) {
        var random = CounterRandom(seed: 21, purpose: .test)
        let outputs = Panels(channels: Self.classes, samples: lanes)
        for lane in 0..<lanes {
            for channel in 0..<Self.classes { outputs[lane, channel] = Float(8 * random.nextUnit() - 4) }
        }
        let labels = AlignedBuffer<Int32>(count: Panels.count(lanes) * Panels.lanes)
        for lane in 0..<labels.count {
            let label = Int32(random.next(below: Self.classes))
            labels[lane] = lane >= lanes || ignored(lane) ? -1 : label
        }
        return (outputs, labels, labels.array.count { $0 >= 0 })
    }

    /// Windows of 5, 32, 40 and 64 tokens; lanes here and there; a panel without any; none at all.
    static let patterns: [@Sendable (Int) -> Bool] = [
        { $0 % 32 >= 5 }, { _ in false }, { $0 % 64 >= 40 }, { $0 % 3 == 1 }, { $0 / 32 == 1 }, { $0 % 32 == 0 },
        { _ in true },
    ]

    @Test(arguments: patterns.indices, [0, 0.2] as [Float]) func lossAndGradientAreThoseOfDoublePrecision(
        pattern: Int, smoothing: Float
    ) {
        let lanes = 128
        let (outputs, labels, counted) = batch(lanes, ignored: Self.patterns[pattern])
        let gradient = Panels(channels: Self.classes, samples: lanes)
        gradient.buffer.fill(.nan)
        let loss = SoftmaxCrossEntropy(labelSmoothing: smoothing)
        let targets = Targets.tokens(labels, counted: counted)
        let sum = (0..<4).map {
            loss.evaluate(outputs, targets: targets, samples: lanes, gradient: gradient, panel: $0)
        }
        .reduce(0, +)
        var expected = 0.0
        for lane in 0..<lanes {
            let values = (0..<Self.classes).map { Double(outputs[lane, $0]) }
            let total = values.map { exp($0) }.reduce(0, +)
            let isCounted = labels[lane] >= 0
            for channel in 0..<Self.classes {
                let target =
                    Double(smoothing) / Double(Self.classes)
                    + (channel == Int(labels[lane]) ? 1 - Double(smoothing) : 0)
                if isCounted { expected -= target * (values[channel] - log(total)) }
                let slope = isCounted ? (exp(values[channel]) / total - target) / Double(counted) : 0
                #expect(abs(Double(gradient[lane, channel]) - slope) <= (isCounted ? 1e-7 : 0))
            }
        }
        #expect(abs(sum - expected) <= 1e-5 * max(1, expected))
    }

    /// Without lanes that do not count it is the loss of classes, bit for bit.
    @Test(arguments: [32, 96]) func allLanesAreTheLossOfClasses(lanes: Int) {
        let (outputs, labels, counted) = batch(lanes) { _ in false }
        let gradients = (0..<2).map { _ in Panels(channels: Self.classes, samples: lanes) }
        for panel in 0..<lanes / 32 {
            let loss = SoftmaxCrossEntropy(labelSmoothing: 0.1)
            let sums = [
                loss.evaluate(outputs, targets: .classes(labels), samples: lanes, gradient: gradients[0], panel: panel),
                loss.evaluate(
                    outputs, targets: .tokens(labels, counted: counted), samples: lanes, gradient: gradients[1],
                    panel: panel),
            ]
            #expect(sums[0] == sums[1])
        }
        #expect(gradients[0].buffer.array == gradients[1].buffer.array)
    }

    @Test func metricsCountWhatCounts() throws {
        let lanes = 96
        let (outputs, labels, counted) = batch(lanes) { $0 % 32 >= 20 || $0 % 7 == 2 }
        let metrics = MetricList.standard(for: .tokens(Self.classes)).metrics
        #expect(metrics.map(\.name) == ["perplexity", "bits_per_character", "accuracy", "top5"])
        #expect(MetricList.standard(for: .tokens(Self.classes)).ofBest.name == "perplexity")
        let gradient = Panels(channels: Self.classes, samples: lanes)
        let head = LossHead(
            loss: SoftmaxCrossEntropy(), metrics: metrics, outputs: outputs, gradient: gradient,
            targets: .tokens(labels, counted: counted), samples: lanes, sums: AlignedBuffer(count: 3 * 3), observer: nil
        )
        head.evaluate(panels: 0..<3)
        var sums = MetricSums()
        head.add(to: &sums)
        #expect(sums.samples == counted)
        var (hits, five) = (0, 0)
        for lane in 0..<lanes where labels[lane] >= 0 {
            let own = outputs[lane, Int(labels[lane])]
            let above = (0..<Self.classes).count { outputs[lane, $0] > own }
            (hits, five) = (hits + (above == 0 ? 1 : 0), five + (above < 5 ? 1 : 0))
        }
        let scores = MetricList.scores(sums, metrics, outputs: Self.classes)
        #expect(
            scores["accuracy"] == Double(hits) / Double(counted) && scores["top5"] == Double(five) / Double(counted))
        #expect(scores["perplexity"] == exp(sums.meanLoss) && scores["bits_per_character"] == sums.meanLoss / log(2))
        #expect(throws: ModelError.self) { try MetricList.named(["bits_per_character"], for: .classes(3)) }
    }

    @Test func otherLossesSayWhatTheyNeed() {
        let outputs = ActivationShape(channels: 5)
        #expect(SoftmaxCrossEntropy().fault(for: .tokens(5), outputs: outputs) == nil)
        #expect(SoftmaxCrossEntropy().fault(for: .tokens(6), outputs: outputs)?.contains("6 tokens") == true)
        for name in Parts.losses.names where name != "cross-entropy" {
            let loss = Parts.losses.entry(named: name)?.part(Settings())
            #expect(loss?.fault(for: .tokens(5), outputs: outputs)?.contains("cross-entropy") == true, "\(name)")
        }
    }
}
