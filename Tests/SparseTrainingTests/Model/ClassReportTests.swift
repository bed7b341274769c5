import Foundation
import SparseStore
import Testing

@testable import SparseTraining

/// The figures of a classifier against plain counts and published examples.
@Suite struct ClassReportTests {
    private func report(_ outputs: [[Float]], _ labels: [Int], loss: String = "cross-entropy") throws -> ClassReport {
        let panels = Panels(channels: outputs[0].count, samples: outputs.count)
        for (sample, values) in outputs.enumerated() {
            for (channel, value) in values.enumerated() { panels[sample, channel] = value }
        }
        var tally = try #require(ClassTally(classes: outputs[0].count, loss: loss))
        tally.add(panels, labels: AlignedBuffer(labels.map { Int32($0) }), samples: outputs.count)
        return tally.report(names: nil)
    }

    /// The example of scikit-learn's roc_auc_score: labels 0, 0, 1, 1, scores .1, .4, .35, .8, area .75.
    @Test func areaUnderTheCurve() throws {
        let scores: [Float] = [0.1, 0.4, 0.35, 0.8]
        #expect(try report(scores.map { [0, $0] }, [0, 0, 1, 1]).auc == 0.75)
        // Equal scores are half a pair; samples of one class have no area.
        #expect(try report([[0, 1], [0, 1]], [0, 1]).auc == 0.5)
        #expect(try report([[0, 1], [0, 1]], [1, 1]).auc == nil)
        #expect(try report([[0, 1, 2]], [1]).auc == nil)
    }

    /// The example of scikit-learn's confusion_matrix: true 2, 0, 2, 2, 0, 1; taken for 0, 0, 2, 2, 0, 2.
    @Test func confusionPrecisionAndRecall() throws {
        let taken = [0, 0, 2, 2, 0, 2]
        let report = try report(taken.map { best in (0..<3).map { $0 == best ? 5 : 0 } }, [2, 0, 2, 2, 0, 1])
        #expect(report.confusion == [[2, 0, 0], [0, 0, 1], [1, 0, 2]])
        #expect(report.classes.map(\.samples) == [2, 1, 3])
        let third: Double? = 2.0 / 3
        let precision: [Double?] = [third, nil, third]
        let recall: [Double?] = [1, 0, third]
        let f1: [Double?] = [0.8, 0, third]
        #expect(report.classes.map(\.precision) == precision)
        #expect(report.classes.map(\.recall) == recall)
        #expect(report.classes.map(\.f1) == f1)
        #expect(report.classes.map(\.name) == ["0", "1", "2"])
    }

    @Test func calibrationErrorIsThatOfFifteenBins() throws {
        var random = CounterRandom(seed: 4, purpose: .test)
        let outputs = (0..<300).map { _ in (0..<4).map { _ in Float(random.nextUnit() * 6) } }
        let labels = outputs.map { _ in random.next(below: 4) }
        var bins: [Int: [(Double, Double)]] = [:]
        for (values, label) in zip(outputs, labels) {
            let powers = values.map { exp(Double($0)) }
            let total: Double = powers.reduce(0, +)
            let shares: [Double] = powers.map { $0 / total }
            let confidence = shares.max() ?? 0
            bins[Int((confidence * 15).rounded(.up)), default: []].append(
                (confidence, shares.firstIndex(of: confidence) == label ? 1 : 0))
        }
        var expected = 0.0
        for bin in bins.values {
            let (hits, confidence) = bin.reduce((0.0, 0.0)) { ($0.0 + $1.1, $0.1 + $1.0) }
            expected += abs(hits - confidence) / 300
        }
        #expect(abs(try #require(try report(outputs, labels).ece) - expected) < 1e-9)
        #expect(try report(outputs, labels, loss: "mse").ece == nil)
    }
}
