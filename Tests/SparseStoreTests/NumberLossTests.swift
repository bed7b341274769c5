import Foundation
import TestSupport
import Testing

@testable import SparseStore

/// Losses of numbers and labels: against what PyTorch 2 gives in single precision, and their slopes against differences.
@Suite struct NumberLossTests {
    private typealias Operation = (_ outputs: Panels, _ numbers: Panels, _ gradient: Panels, _ panel: Int) -> Double

    private static let outputs: [Float] = [0.5, -1.25, 3, -4, 0, 7.5, 60, -90, 0.25]
    private static let numbers: [Float] = [1, -1, -2, -4, 0.5, 8, 10, -90.5, 0]
    private static let truths: [Float] = [1, 0, 1, 0, 1, 1, 0, 1, 0]

    private func panels(_ values: [Float], channels: Int, samples: Int) -> Panels {
        let panels = Panels(channels: channels, samples: samples)
        for sample in 0..<samples {
            for channel in 0..<channels { panels[sample, channel] = values[sample * channels + channel] }
        }
        return panels
    }

    /// Compares loss and gradient of three samples with three numbers each.
    private func expect(_ loss: Double, _ slopes: [Double], of targets: [Float], _ operation: Operation) {
        let x = panels(Self.outputs, channels: 3, samples: 3)
        let gradient = Panels(channels: 3, samples: 3)
        for index in 0..<gradient.buffer.count { gradient.buffer[index] = 7 }
        let sum = operation(x, panels(targets, channels: 3, samples: 3), gradient, 0)
        #expect(abs(sum / 3 - loss) <= 1e-6 * loss, "\(sum / 3) of \(loss)")
        for sample in 0..<Panels.lanes {
            for channel in 0..<3 {
                let slope = sample < 3 ? slopes[sample * 3 + channel] : 0
                #expect(abs(Double(gradient[sample, channel]) - slope) <= 1e-6 * abs(slope) + 1e-9)
            }
        }
    }

    /// torch.nn.functional.l1_loss
    @Test func absoluteError() {
        let ninth = 0.1111111119389534
        expect(
            6.388888835906982, [-ninth, -ninth, ninth, 0, -ninth, -ninth, ninth, ninth, ninth], of: Self.numbers
        ) { LossOperations.meanAbsoluteError($0, numbers: $1, samples: 3, gradient: $2, panel: $3) }
    }

    /// torch.nn.functional.huber_loss(delta=0.75)
    @Test func huber() {
        expect(
            4.583333492279053,
            [
                -0.0555555559694767, -0.02777777798473835, 0.0833333358168602, 0, -0.0555555559694767,
                -0.0555555559694767, 0.0833333358168602, 0.0555555559694767, 0.02777777798473835,
            ], of: Self.numbers
        ) { LossOperations.huber($0, numbers: $1, delta: 0.75, samples: 3, gradient: $2, panel: $3) }
    }

    /// torch.nn.functional.binary_cross_entropy_with_logits; logits of 60 and -90 overflow where the form is not stable.
    @Test func binaryCrossEntropy() {
        expect(
            16.92359733581543,
            [
                -0.04194895923137665, 0.024744458496570587, -0.005269540473818779, 0.0019984678365290165,
                -0.0555555559694767, -6.142589700175449e-05, 0.1111111119389534, -0.1111111119389534,
                0.06246405839920044,
            ], of: Self.truths
        ) { LossOperations.binaryCrossEntropy($0, truths: $1, samples: 3, gradient: $2, panel: $3) }
    }

    /// torch.nn.functional.cross_entropy(weight=[0.5, 2, 3], reduction="none").sum() / 3: divided by the samples, not by the sum
    /// of their weights.
    @Test func weightedCrossEntropy() {
        let labels = AlignedBuffer<Int32>([2, 0, 1])
        let weights = AlignedBuffer<Float>([0.5, 2, 3])
        expect(
            102.00875091552734,
            [
                0.07487121969461441, 0.013010667636990547, -0.08788186311721802, -0.1666649878025055,
                9.212883742293343e-05, 0.16657283902168274, 0.6666666865348816, -0.6666666865348816, 0,
            ], of: Self.numbers
        ) {
            LossOperations.softmaxCrossEntropy(
                $0, labels: labels, samples: 3, smoothing: 0, weights: weights, gradient: $2, panel: $3)
        }
    }

    /// Of a batch of two panels: central differences of the mean loss, away from corners.
    @Test(arguments: ["mae", "huber", "binary"])
    func slopesAreThoseOfTheLoss(name: String) {
        let (channels, samples) = (4, 41)
        var random = CounterRandom(seed: 8, purpose: .test)
        let x = panels(
            (0..<channels * samples).map { _ in Float(random.nextUnit() * 6 - 3) }, channels: channels, samples: samples
        )
        let y = panels(
            (0..<channels * samples).map { _ in Float(random.next(below: 2)) }, channels: channels, samples: samples)
        func mean(_ gradient: Panels) -> Double {
            (0..<2).reduce(0.0) { sum, panel in
                sum
                    + (name == "mae"
                        ? LossOperations.meanAbsoluteError(
                            x, numbers: y, samples: samples, gradient: gradient, panel: panel)
                        : name == "huber"
                            ? LossOperations.huber(
                                x, numbers: y, delta: 1, samples: samples, gradient: gradient, panel: panel)
                            : LossOperations.binaryCrossEntropy(
                                x, truths: y, samples: samples, gradient: gradient, panel: panel))
            } / Double(samples)
        }
        let (gradient, unused) = (
            Panels(channels: channels, samples: samples), Panels(channels: channels, samples: samples)
        )
        _ = mean(gradient)
        for sample in [0, 13, 31, 32, 40] {
            for channel in 0..<channels {
                let middle = x[sample, channel]
                let step: Float = 1 / 128
                if name == "mae", abs(middle - y[sample, channel]) < 2 * step { continue }
                x[sample, channel] = middle + step
                let above = mean(unused)
                x[sample, channel] = middle - step
                let below = mean(unused)
                x[sample, channel] = middle
                let slope = (above - below) / Double(2 * step)
                #expect(abs(slope - Double(gradient[sample, channel])) < 2e-6, "\(name), sample \(sample)")
            }
        }
    }

    /// What is not a number is not hidden by comparisons.
    @Test func notANumberStaysSo() {
        let x = panels([.nan, 1], channels: 2, samples: 1)
        let (y, gradient) = (panels([0, 1], channels: 2, samples: 1), Panels(channels: 2, samples: 1))
        #expect(LossOperations.meanAbsoluteError(x, numbers: y, samples: 1, gradient: gradient, panel: 0).isNaN)
        #expect(LossOperations.huber(x, numbers: y, delta: 1, samples: 1, gradient: gradient, panel: 0).isNaN)
        #expect(LossOperations.binaryCrossEntropy(x, truths: y, samples: 1, gradient: gradient, panel: 0).isNaN)
    }
}
