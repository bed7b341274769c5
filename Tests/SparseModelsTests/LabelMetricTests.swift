import Foundation
import SparseParts
import SparseStore
import Testing

@testable import SparseModels

/// Metrics of labels, and of numbers that were standardised, against counts by another way.
@Suite struct LabelMetricTests {
    private func scores(
        _ metrics: [any Metric], _ outputs: [[Float]], _ numbers: [[Float]], parts: [Range<Int>]
    ) -> Scores {
        let channels = outputs[0].count
        var sums = MetricSums()
        for part in parts {
            let (x, y) = (
                Panels(channels: channels, samples: part.count), Panels(channels: channels, samples: part.count)
            )
            for (place, sample) in part.enumerated() {
                for channel in 0..<channels {
                    (x[place, channel], y[place, channel]) = (outputs[sample][channel], numbers[sample][channel])
                }
            }
            let head = LossHead(
                loss: MeanSquaredError(), metrics: metrics, outputs: x,
                gradient: Panels(channels: channels, samples: part.count), targets: .numbers(y), samples: part.count,
                sums: AlignedBuffer(count: LossHead.width(metrics, outputs: channels) * x.panelCount), observer: nil)
            head.evaluate(panels: 0..<Panels.count(part.count))
            var one = MetricSums()
            head.add(to: &one)
            sums += one
        }
        return MetricList.scores(sums, metrics, outputs: channels)
    }

    /// scikit-learn's f1_score(average="macro"), f1_score(average="micro"), accuracy_score and 1 - hamming_loss of the same tables,
    /// by their definitions. The third label is never true and never found: it counts 0.
    @Test func labels() throws {
        let truths: [[Float]] = [[1, 0, 0], [1, 1, 0], [0, 1, 0], [0, 0, 0], [1, 1, 0]]
        // A probability of exactly 1/2 is no yes.
        let outputs: [[Float]] = [[2, -1, -1], [0.1, -3, -2], [5, 1, -1], [0, -0.5, -9], [3, 4, -1]]
        let scores = scores(
            MetricList.standard(for: .labels(3)).metrics, outputs, truths, parts: [0..<2, 2..<5])
        // Label 1: hits 3, false alarms 1, misses 0; label 2: 2, 0, 1.
        let f1 = [6.0 / 7, 4.0 / 5, 0]
        #expect(abs(try #require(scores["f1_macro"]) - f1.reduce(0, +) / 3) < 1e-12)
        #expect(abs(try #require(scores["f1_micro"]) - 10.0 / 12) < 1e-12)
        #expect(abs(try #require(scores["label_accuracy"]) - 13.0 / 15) < 1e-12)
        #expect(scores["exact_match"] == 3.0 / 5)
        #expect(scores.values.map(\.name) == ["f1_macro", "f1_micro", "label_accuracy", "exact_match"])
    }

    /// Numbers that were standardised are measured in the units that they had.
    @Test func units() throws {
        let deviations: [Float] = [4, 0.25]
        let outputs: [[Float]] = [[0.5, -1], [1, 2], [-2, 0.5]]
        let numbers: [[Float]] = [[0, -1], [1.5, 1], [-1, 0]]
        let list = try #require(MetricList.standard(for: .numbers(2)).inUnits(of: deviations))
        let scores = scores(list.metrics, outputs, numbers, parts: [0..<3])
        let errors: [Double] = [2, 0, -2, 0.25, -4, 0.125]
        let absolute: Double = errors.map { abs($0) }.reduce(0, +)
        let squares: Double = errors.map { $0 * $0 }.reduce(0, +)
        #expect(abs(try #require(scores["mae"]) - absolute / 6) < 1e-9)
        #expect(abs(try #require(scores["rmse"]) - (squares / 6).squareRoot()) < 1e-9)
        let plain = self.scores(MetricList.standard(for: .numbers(2)).metrics, outputs, numbers, parts: [0..<3])
        #expect(scores["r2"] == plain["r2"] && list.ofBest.name == "r2")
    }

    @Test func lossesAskForWhatTheyTake() {
        let one = ActivationShape(channels: 2)
        let losses = Parts.losses.entries.map { $0.part(Settings()) }
        for targets in [TargetKind.classes(2), .numbers(2), .labels(2)] {
            for loss in losses {
                let fault = loss.fault(for: targets, outputs: one)
                let takes =
                    switch targets {
                    case .classes: ["cross-entropy", "mse"].contains(loss.name)
                    case .numbers: ["mse", "mae", "huber"].contains(loss.name)
                    default: loss.name == "binary-cross-entropy"
                    }
                #expect((fault == nil) == takes, "\(loss.name) of \(targets)")
                // The error names one that fits.
                if let fault { #expect(fault.contains(targets.usualLoss), "\(fault)") }
            }
        }
        let probabilities = BinaryCrossEntropy().probabilities([0, 100, -100])
        #expect(probabilities[0] == 0.5 && probabilities[1] == 1 && probabilities[2] >= 0 && probabilities[2] < 1e-40)
    }
}
