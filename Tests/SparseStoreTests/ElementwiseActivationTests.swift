import SparseKernels
import Testing

@testable import SparseStore

@Suite struct ElementwiseActivationTests {
    @Test func reluKeepsPositiveNumbersAndPassesNaN() {
        for table in InstructionSet.tables {
            var numbers = TestNumbers(4)
            for count in lengths {
                let x = numbers.floats(count + 1)
                var y = x
                table.activations.relu(x, &y, count)
                for i in 0..<count { #expect(y[i] == max(x[i], 0)) }
                #expect(y[count] == x[count])
            }
            for count in [1, 4, 8, 16, 33] {
                var y = [Float](repeating: 0, count: count)
                table.activations.relu([Float](repeating: .nan, count: count), &y, count)
                #expect(y.allSatisfy { $0.isNaN }, "\(name(table)) hides a NaN")
            }
        }
    }

    @Test func reluBackwardPassesGradientWhereOutputIsPositive() {
        for table in InstructionSet.tables {
            var numbers = TestNumbers(5)
            for count in lengths {
                let dy = numbers.floats(count + 1)
                let y = numbers.floats(count).map { max($0, 0) } + [1]
                var dx = [Float](repeating: 7, count: count + 1)
                table.activations.relu_backward(dy, y, &dx, count)
                for i in 0..<count { #expect(dx[i] == (y[i] > 0 ? dy[i] : 0)) }
                #expect(dx[count] == 7)
            }
        }
    }

    @Test func dropoutDrawsTheGeneratorsWords() {
        let random = CounterRandom(seed: 0x0123_4567_89AB_CDEF, purpose: .dropout, layer: 3, step: 12345)
        var numbers = TestNumbers(6)
        for table in InstructionSet.tables {
            for (panel, first, runs) in [(0, 0, 1), (5, 7, 10), (1, 0, 0), (2, 1000, 33)] {
                let x = numbers.floats(runs * 32, 1...2)
                var y = [Float](repeating: 9, count: runs * 32 + 1)
                var mask = st_dropout(
                    key: random.key, high: random.high, threshold: UInt64(0.7 * 0x1p32), scale: 1 / 0.7)
                table.activations.dropout(x, &y, &mask, UInt32(panel), UInt32(first), runs)
                for run in 0..<runs {
                    for lane in 0..<32 {
                        let block = UInt32(8 * (first + run) + lane % 8)
                        let r = CounterRandom.philox(
                            counter: (block, UInt32(panel), random.high.0, random.high.1), key: random.key)
                        let word = [r.0, r.1, r.2, r.3][lane / 8]
                        let i = run * 32 + lane
                        #expect(y[i] == (UInt64(word) < mask.threshold ? x[i] * mask.scale : 0), "\(name(table))")
                    }
                }
                #expect(y[runs * 32] == 9)
            }
        }
    }

    @Test func dropoutKeepsItsShareAndMean() {
        let x = Panels(channels: 500, samples: 128)
        let y = Panels(channels: 500, samples: 128)
        x.buffer.fill(1)
        for rate: Float in [0, 0.1, 0.5, 0.9] {
            let random = CounterRandom(seed: 7, purpose: .dropout, layer: 1, step: 2)
            ActivationOperations.dropout(x, into: y, rate: rate, random: random, panels: 0..<4, channels: 0..<500)
            let kept = y.buffer.array.filter { $0 != 0 }
            let expected = Double(64000) * Double(1 - rate)
            // Five standard deviations of a binomial count.
            #expect(abs(Double(kept.count) - expected) <= 5 * (expected * Double(rate)).squareRoot())
            #expect(kept.allSatisfy { $0 == 1 / (1 - rate) })
        }
    }

    @Test func dropoutDoesNotDependOnTheCutAndChangesWithItsKey() {
        let x = Panels(channels: 37, samples: 70)
        x.buffer.fill(1)
        func masked(_ random: CounterRandom, pieces: [(Range<Int>, Range<Int>)]) -> [Float] {
            let y = Panels(channels: 37, samples: 70)
            for (panels, channels) in pieces {
                ActivationOperations.dropout(x, into: y, rate: 0.5, random: random, panels: panels, channels: channels)
            }
            return y.buffer.array
        }
        let random = CounterRandom(seed: 1, purpose: .dropout, layer: 2, step: 3)
        let whole = masked(random, pieces: [(0..<3, 0..<37)])
        #expect(masked(random, pieces: [(2..<3, 0..<37), (0..<2, 5..<37), (0..<2, 0..<5)]) == whole)
        for other in [
            CounterRandom(seed: 2, purpose: .dropout, layer: 2, step: 3),
            CounterRandom(seed: 1, purpose: .dropout, layer: 1, step: 3),
            CounterRandom(seed: 1, purpose: .dropout, layer: 2, step: 4),
        ] {
            #expect(masked(other, pieces: [(0..<3, 0..<37)]) != whole)
        }
    }
}
