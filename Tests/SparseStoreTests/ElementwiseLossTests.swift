import Foundation
import SparseKernels
import Testing

@testable import SparseStore

@Suite struct ElementwiseLossTests {
    private struct Case {
        var classes, samples: Int
        var logits: [Float]
        var labels: [Int32]

        init(_ numbers: inout TestNumbers, classes: Int, samples: Int, spread: Double) {
            (self.classes, self.samples) = (classes, samples)
            logits = numbers.floats(classes * 32, -spread...spread)
            labels = (0..<32).map { $0 < samples ? Int32(numbers.below(classes)) : -1 }
        }

        func column(_ lane: Int) -> [Double] { (0..<classes).map { Double(logits[$0 * 32 + lane]) } }
    }

    private func forEachCase(_ body: (st_kernels, Case) -> Void) {
        for table in InstructionSet.tables {
            var numbers = TestNumbers(12)
            for classes in [1, 2, 3, 10, 17, 100] {
                for samples in [0, 1, 5, 16, 31, 32] {
                    for spread in [0.5, 8, 60] {
                        body(table, Case(&numbers, classes: classes, samples: samples, spread: spread))
                    }
                }
            }
        }
    }

    @Test func softmaxMatchesDoubles() {
        forEachCase { table, one in
            for smoothing: Float in [0, 0.1] {
                var gradient = [Float](repeating: 5, count: one.logits.count)
                var (largest, exponentials, total) = (
                    [Float](repeating: 0, count: 32), [Float](repeating: 0, count: 32),
                    [Float](repeating: 0, count: 32)
                )
                table.losses.softmax(
                    one.logits, one.classes, one.labels, one.samples, smoothing, 0.25, &gradient, &largest,
                    &exponentials, &total)
                for lane in 0..<32 {
                    let x = one.column(lane)
                    let top = x.max() ?? 0
                    let sum = x.reduce(0) { $0 + exp($1 - top) }
                    expectClose(largest[lane], top, name(table))
                    expectClose(exponentials[lane], sum, relative: 2e-6, name(table))
                    expectClose(total[lane], x.reduce(0, +), absolute: 1e-3, name(table))
                    for k in 0..<one.classes {
                        let smooth = Double(smoothing)
                        let target = smooth / Double(one.classes) + (one.labels[lane] == k ? 1 - smooth : 0)
                        let expected = lane < one.samples ? 0.25 * (exp(x[k] - top) / sum - target) : 0
                        expectClose(gradient[k * 32 + lane], expected, absolute: 2e-7, name(table))
                    }
                }
            }
        }
    }

    @Test func squaredErrorMatchesDoubles() {
        forEachCase { table, one in
            var gradient = [Float](repeating: 5, count: one.logits.count)
            var squares = [Float](repeating: 0, count: 32)
            table.losses.squared(one.logits, one.classes, one.labels, one.samples, 0.25, &gradient, &squares)
            for lane in 0..<32 {
                var expected = 0.0
                for (k, x) in one.column(lane).enumerated() {
                    let difference = x - (one.labels[lane] == k ? 1 : 0)
                    expected += difference * difference
                    expectClose(
                        gradient[k * 32 + lane], lane < one.samples ? 0.25 * difference : 0, name(table))
                }
                if lane < one.samples { expectClose(squares[lane], expected, name(table)) }
            }
        }
    }

    @Test func ranksCountTheClassesBefore() {
        forEachCase { table, one in
            var one = one
            // Coarse logits, so that many are equal.
            one.logits = one.logits.map { ($0 / 4).rounded() }
            var ranks = [Int32](repeating: -1, count: 32)
            table.losses.ranks(one.logits, one.classes, one.labels, one.samples, &ranks)
            for lane in 0..<one.samples {
                let x = one.column(lane)
                let order = x.indices.sorted { x[$0] > x[$1] || (x[$0] == x[$1] && $0 < $1) }
                #expect(order[Int(ranks[lane])] == Int(one.labels[lane]), "\(name(table))")
            }
        }
    }

    @Test func wrappersSumPanelsOfAPartialBatch() {
        var numbers = TestNumbers(13)
        let (classes, samples) = (7, 45)
        let logits = Panels(channels: classes, samples: 64)
        let gradient = Panels(channels: classes, samples: 64)
        let labels = AlignedBuffer<Int32>((0..<samples).map { _ in Int32(numbers.below(classes)) })
        for i in 0..<logits.buffer.count { logits.buffer[i] = numbers.float() }
        var (cross, squared, hits1, hits5) = (0.0, 0.0, 0, 0)
        for panel in 0..<2 {
            cross += LossOperations.softmaxCrossEntropy(
                logits, labels: labels, samples: samples, smoothing: 0.2, gradient: gradient, panel: panel)
            squared += LossOperations.meanSquaredError(
                logits, labels: labels, samples: samples, gradient: gradient, panel: panel)
            hits1 += LossOperations.hits(logits, labels: labels, samples: samples, panel: panel, within: 1)
            hits5 += LossOperations.hits(logits, labels: labels, samples: samples, panel: panel, within: 5)
        }
        var (expectedCross, expectedSquared, top1, top5) = (0.0, 0.0, 0, 0)
        for sample in 0..<samples {
            let x = (0..<classes).map { Double(logits[sample, $0]) }
            let label = Int(labels[sample])
            let logSum = log(x.reduce(0) { $0 + exp($1) })
            for k in 0..<classes {
                let target = 0.2 / Double(classes) + (k == label ? 0.8 : 0)
                expectedCross -= target * (x[k] - logSum)
                let difference = x[k] - (k == label ? 1 : 0)
                expectedSquared += difference * difference / Double(classes)
            }
            let before = x.filter { $0 > x[label] }.count
            top1 += before < 1 ? 1 : 0
            top5 += before < 5 ? 1 : 0
        }
        #expect(abs(cross - expectedCross) < 1e-4 && abs(squared - expectedSquared) < 1e-4)
        #expect(hits1 == top1 && hits5 == top5)
    }

    @Test func aNaNLogitMakesTheLossNaN() {
        let logits = Panels(channels: 3, samples: 1)
        let gradient = Panels(channels: 3, samples: 1)
        logits[0, 2] = .nan
        let labels = AlignedBuffer<Int32>([0])
        let loss = LossOperations.softmaxCrossEntropy(
            logits, labels: labels, samples: 1, smoothing: 0, gradient: gradient, panel: 0)
        #expect(loss.isNaN)
    }

    /// Of numbers: loss and gradient against doubles, padded lanes without gradient.
    @Test func squaredErrorOfNumbers() {
        var numbers = TestNumbers(14)
        let (outputs, samples) = (3, 37)
        let (x, y, gradient) = (
            Panels(channels: outputs, samples: 64), Panels(channels: outputs, samples: 64),
            Panels(channels: outputs, samples: 64)
        )
        for i in 0..<x.buffer.count {
            (x.buffer[i], y.buffer[i], gradient.buffer[i]) = (numbers.float(), numbers.float(), 7)
        }
        var loss = 0.0
        for panel in 0..<2 {
            loss += LossOperations.meanSquaredError(x, numbers: y, samples: samples, gradient: gradient, panel: panel)
        }
        var expected = 0.0
        for sample in 0..<64 {
            for output in 0..<outputs {
                let difference = Double(x[sample, output]) - Double(y[sample, output])
                if sample < samples { expected += difference * difference / Double(outputs) }
                let slope = sample < samples ? 2 * difference / Double(outputs * samples) : 0
                #expect(abs(Double(gradient[sample, output]) - slope) < 1e-6)
            }
        }
        #expect(abs(loss - expected) < 1e-4 * expected)
    }
}
