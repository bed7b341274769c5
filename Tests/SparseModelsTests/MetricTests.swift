import Foundation
import SparseStore
import Testing

@testable import SparseModels

/// Metrics against plain counts in doubles.
struct MetricTests {
    private func sums(_ metrics: [any Metric], _ outputs: Panels, _ targets: Targets, samples: Int) -> MetricSums {
        let gradient = Panels(channels: outputs.channels, samples: outputs.capacity)
        let width = LossHead.width(metrics, outputs: outputs.channels)
        struct Nothing: Loss {
            var name: String { "nothing" }
            func evaluate(_ outputs: Panels, targets: Targets, samples: Int, gradient: Panels, panel: Int) -> Double {
                Double(min(32, samples - 32 * panel)) * 0.5
            }
        }
        let head = LossHead(
            loss: Nothing(), metrics: metrics, outputs: outputs, gradient: gradient, targets: targets,
            samples: samples, sums: AlignedBuffer(count: width * outputs.panelCount), observer: nil)
        head.evaluate(panels: 0..<Panels.count(samples))
        var sums = MetricSums()
        head.add(to: &sums)
        return sums
    }

    /// All outputs together, against sums by hand: one hardly varies, and is met badly.
    @Test func whatIsExplainedOfAllOutputs() throws {
        let deviations: [Float] = [1, 0.5, 20]
        var random = CounterRandom(seed: 4, purpose: .test)
        let (outputs, numbers) = (Panels(channels: 3, samples: 70), Panels(channels: 3, samples: 70))
        for sample in 0..<70 {
            for (channel, width) in [4, 1, 0.01].enumerated() {
                numbers[sample, channel] = Float(random.nextUnit() * width + 3)
                outputs[sample, channel] = numbers[sample, channel] + Float(random.nextUnit() - 0.5) / 4
            }
        }
        func share(_ units: [Double]) -> Double {
            var (errors, spread) = (0.0, 0.0)
            for channel in 0..<3 {
                let targets = (0..<67).map { Double(numbers[$0, channel]) * units[channel] }
                let mean = targets.reduce(0, +) / 67
                spread += targets.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
                for sample in 0..<67 {
                    errors += pow(Double(outputs[sample, channel]) * units[channel] - targets[sample], 2)
                }
            }
            return 1 - errors / spread
        }
        let list = MetricList.standard(for: .inputs(3))
        #expect(list.metrics.map(\.name) == ["explained", "r2", "rmse", "mae"])
        #expect(list.ofBest.name == "explained" && list.ofBest.isBetterHigher)
        let scores = MetricList.scores(
            sums(list.metrics, outputs, .numbers(numbers), samples: 67), list.metrics, outputs: 3)
        #expect(abs(try #require(scores["explained"]) - share([1, 1, 1])) < 1e-9)
        #expect(try #require(scores["explained"]) > 0.95 && scores["r2"] ?? 0 < -100)
        let inUnits = try #require(ExplainedVariance().inUnits(of: deviations))
        let other = MetricList.scores(
            sums([inUnits], outputs, .numbers(numbers), samples: 67), [inUnits], outputs: 3)
        #expect(abs(try #require(other["explained"]) - share(deviations.map { Double($0) })) < 1e-9)
        // Where nothing varies there is nothing to explain.
        let constant = MetricList.scores(
            sums([ExplainedVariance()], outputs, .numbers(Panels(channels: 3, samples: 70)), samples: 67),
            [ExplainedVariance()], outputs: 3)
        #expect(constant["explained"] == nil)
        #expect(ExplainedVariance().fault(for: .classes(2)) != nil && !ExplainedVariance().isUsual(for: .numbers(2)))
    }

    @Test func regression() throws {
        var random = CounterRandom(seed: 3, purpose: .test)
        let (outputs, numbers) = (Panels(channels: 2, samples: 70), Panels(channels: 2, samples: 70))
        for sample in 0..<70 {
            for channel in 0..<2 {
                numbers[sample, channel] = Float(random.nextUnit() * 4 + 10)
                outputs[sample, channel] = numbers[sample, channel] + Float(random.nextUnit() - 0.5)
            }
        }
        let list = MetricList.standard(for: .numbers(2))
        let sums = sums(list.metrics, outputs, .numbers(numbers), samples: 67)
        let scores = MetricList.scores(sums, list.metrics, outputs: 2)
        var (absolute, determination) = (0.0, 0.0)
        for channel in 0..<2 {
            let y = (0..<67).map { Double(numbers[$0, channel]) }
            let x = (0..<67).map { Double(outputs[$0, channel]) }
            let mean = y.reduce(0, +) / 67
            absolute += zip(x, y).map { abs($0 - $1) }.reduce(0, +) / 134
            determination +=
                (1 - zip(x, y).map { ($0 - $1) * ($0 - $1) }.reduce(0, +)
                    / y.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)) / 2
        }
        #expect(abs(try #require(scores["mae"]) - absolute) < 1e-9)
        #expect(abs(try #require(scores["r2"]) - determination) < 1e-9)
        #expect(scores.loss == 0.5 && list.ofBest.name == "r2" && list.ofBest.isBetterHigher)
    }

    @Test func classes() throws {
        var random = CounterRandom(seed: 4, purpose: .test)
        for classes in [3, 9] {
            let outputs = Panels(channels: classes, samples: 50)
            for sample in 0..<50 { for k in 0..<classes { outputs[sample, k] = Float(random.next(below: 6)) } }
            let labels = AlignedBuffer<Int32>((0..<50).map { _ in Int32(random.next(below: classes)) })
            let metrics: [any Metric] = [TopAccuracy(1), TopAccuracy(5), TopAccuracy(2), Perplexity()]
            let sums = sums(metrics, outputs, .classes(labels), samples: 50)
            let scores = MetricList.scores(sums, metrics, outputs: classes)
            for (k, name) in [(1, "accuracy"), (2, "top2"), (5, "top5")] {
                let hits = (0..<50).count { sample in
                    let own = outputs[sample, Int(labels[sample])]
                    return (0..<classes).count {
                        outputs[sample, $0] > own || outputs[sample, $0] == own && $0 < Int(labels[sample])
                    } < k
                }
                #expect(scores[name] == (k > classes ? nil : Double(hits) / 50), "\(name) of \(classes)")
            }
            #expect(scores["perplexity"] == exp(0.5))
            // Sums of parts add up.
            var twice = sums
            twice += sums
            #expect(MetricList.scores(twice, metrics, outputs: classes) == scores && twice.samples == 100)
        }
        #expect(
            MetricList.scores(MetricSums(), [TopAccuracy(1)], outputs: 3)
                == Scores(loss: nil, values: [Scores.Value(name: "accuracy", value: nil)]))
    }

    @Test func listsAreChecked() throws {
        #expect(throws: ModelError.self) { try MetricList([]) }
        #expect(throws: ModelError.self) { try MetricList([TopAccuracy(2), TopAccuracy(2)]) }
        #expect(throws: ModelError.self) { try MetricList([TopAccuracy(2)], best: "accuracy") }
        #expect(try MetricList([TopAccuracy(2), Perplexity()], best: "perplexity").ofBest.isBetterHigher == false)
    }
}
