import SparseKernels
import Testing

@testable import SparseStore

@Suite struct ElementwiseVectorTests {
    @Test func scaleAndAddMatchDoubles() {
        for table in InstructionSet.tables {
            var numbers = TestNumbers(1)
            for count in lengths {
                let (x, y, a) = (numbers.floats(count + 1), numbers.floats(count + 1), numbers.float())
                var scaled = x
                table.vectors.scale(&scaled, a, count)
                var added = y
                table.vectors.axpy(a, x, &added, count)
                for i in 0..<count {
                    #expect(scaled[i] == x[i] * a)
                    expectClose(added[i], Double(a) * Double(x[i]) + Double(y[i]), name(table))
                }
                #expect(scaled[count] == x[count] && added[count] == y[count], "\(name(table)) wrote past the end")
            }
        }
    }

    @Test func sumsOfSquaresMatchDoublesAndAgreeBitwiseBetweenInstructionSets() {
        var numbers = TestNumbers(2)
        for count in lengths {
            let x = numbers.floats(count)
            let expected = x.reduce(0.0) { $0 + Double($1) * Double($1) }
            let sums = InstructionSet.tables.map { $0.vectors.sum_of_squares(x, count) }
            #expect(abs(sums[0] - expected) <= 1e-12 * expected)
            #expect(sums.allSatisfy { $0 == sums[0] })
        }
        #expect(InstructionSet.tables[0].vectors.sum_of_squares([1, .infinity], 2) == .infinity)
    }

    @Test func channelSumsMatchDoubles() {
        for table in InstructionSet.tables {
            var numbers = TestNumbers(3)
            for _ in 0..<60 {
                let (panels, channels, map) = (numbers.below(5), numbers.below(9), 1 + numbers.below(4))
                let run = map * 32
                let stride = (channels + 1) * run
                let x = numbers.floats(panels * stride + 1)
                var sums = [Float](repeating: -1, count: channels + 1)
                table.vectors.channel_sums(x, panels, stride, channels, run, &sums)
                for c in 0..<channels {
                    var expected = 0.0
                    for p in 0..<panels {
                        for i in 0..<run { expected += Double(x[p * stride + c * run + i]) }
                    }
                    expectClose(sums[c], expected, absolute: 1e-4, name(table))
                }
                #expect(sums[channels] == -1)
            }
        }
    }

    @Test func elementsWithinBoundsAreFoundInOrder() {
        for table in InstructionSet.tables {
            var numbers = TestNumbers(4)
            for count in lengths {
                var x = numbers.floats(count)
                for i in x.indices where numbers.below(9) == 0 { x[i] = [.nan, .infinity, 0.25, -0.5][i % 4] }
                for (low, high) in [(-0.5, 0.25), (0.25, Float.infinity), (0.1, 0.1)] as [(Float, Float)] {
                    var found = [UInt32](repeating: 0, count: count + 16)
                    let n = table.vectors.within(x, count, low, high, &found)
                    let expected = x.indices.filter { x[$0].isNaN || low <= x[$0] && x[$0] <= high }
                    #expect(found.prefix(n).map(Int.init) == expected, "\(name(table)), \(count) elements")
                }
            }
        }
    }
}
