import SparseKernels
import Testing

@testable import SparseStore

/// Each pass against the same formula in double precision.
@Suite struct ElementwiseOptimizerTests {
    private struct Run {
        var w, g, m, v: [Float]

        init(_ numbers: inout TestNumbers, count: Int) {
            w = numbers.floats(count + 1)
            g = numbers.floats(count + 1)
            m = numbers.floats(count + 1)
            v = numbers.floats(count + 1, 0...2)
        }
    }

    @Test func sgdMatchesDoubles() {
        for table in InstructionSet.tables {
            var numbers = TestNumbers(7)
            for count in lengths {
                var settings = st_sgd(
                    rate: 0.1, momentum: 0.9, gradient_scale: 0.5, weight_decay: 0.01, shrink: 0.98)
                let before = Run(&numbers, count: count)
                var (plain, momentum, nesterov) = (before, before, before)
                #expect(table.optimizers.sgd(&plain.w, before.g, count, &settings) == 1)
                #expect(table.optimizers.sgd_momentum(&momentum.w, before.g, &momentum.m, count, &settings) == 1)
                #expect(table.optimizers.sgd_nesterov(&nesterov.w, before.g, &nesterov.m, count, &settings) == 1)
                for i in 0..<count {
                    let (w, g, m) = (Double(before.w[i]), Double(before.g[i]), Double(before.m[i]))
                    let decayed = 0.5 * g + Double(settings.weight_decay) * w
                    let (rate, mu) = (Double(settings.rate), Double(settings.momentum))
                    let velocity = mu * m + decayed
                    let shrunk = Double(settings.shrink) * w
                    expectClose(plain.w[i], shrunk - rate * decayed, name(table))
                    expectClose(momentum.w[i], shrunk - rate * velocity, name(table))
                    expectClose(momentum.m[i], velocity, name(table))
                    expectClose(nesterov.w[i], shrunk - rate * (decayed + mu * velocity), name(table))
                    expectClose(nesterov.m[i], velocity, name(table))
                }
                for run in [plain, momentum, nesterov] {
                    #expect(run.w[count] == before.w[count] && run.m[count] == before.m[count])
                }
            }
        }
    }

    @Test func adamMatchesDoubles() {
        for table in InstructionSet.tables {
            var numbers = TestNumbers(8)
            for count in lengths {
                var settings = st_adam(
                    beta1: 0.9, beta2: 0.99, epsilon: 1e-3, gradient_scale: 0.5, weight_decay: 0.01, shrink: 0.98,
                    step: 0.2, root_correction: 3)
                let before = Run(&numbers, count: count)
                var after = before
                #expect(table.optimizers.adam(&after.w, before.g, &after.m, &after.v, count, &settings) == 1)
                for i in 0..<count {
                    let w = Double(before.w[i])
                    let g = 0.5 * Double(before.g[i]) + Double(settings.weight_decay) * w
                    let (b1, b2) = (Double(settings.beta1), Double(settings.beta2))
                    let m = b1 * Double(before.m[i]) + (1 - b1) * g
                    let v = b2 * Double(before.v[i]) + (1 - b2) * g * g
                    expectClose(after.m[i], m, name(table))
                    expectClose(after.v[i], v, name(table))
                    let step = Double(settings.step) * m / (3 * v.squareRoot() + Double(settings.epsilon))
                    expectClose(after.w[i], Double(settings.shrink) * w - step, absolute: 1e-5, name(table))
                }
                #expect(after.w[count] == before.w[count] && after.m[count] == before.m[count])
                #expect(after.v[count] == before.v[count])
            }
        }
    }

    @Test func everyPassReportsGradientsThatAreNotFinite() {
        for table in InstructionSet.tables {
            for (count, bad) in [(1, 0), (16, 3), (33, 32), (100, 57)] {
                for value in [Float.nan, .infinity, -.infinity] {
                    var numbers = TestNumbers(9)
                    var run = Run(&numbers, count: count)
                    run.g[bad] = value
                    var sgd = st_sgd(rate: 0.1, momentum: 0.9, gradient_scale: 1, weight_decay: 0, shrink: 1)
                    var adam = st_adam(
                        beta1: 0.9, beta2: 0.99, epsilon: 1e-8, gradient_scale: 1, weight_decay: 0, shrink: 1,
                        step: 0.1, root_correction: 1)
                    #expect(table.optimizers.sgd(&run.w, run.g, count, &sgd) == 0)
                    #expect(table.optimizers.sgd_momentum(&run.w, run.g, &run.m, count, &sgd) == 0)
                    #expect(table.optimizers.sgd_nesterov(&run.w, run.g, &run.m, count, &sgd) == 0)
                    #expect(table.optimizers.adam(&run.w, run.g, &run.m, &run.v, count, &adam) == 0)
                }
            }
        }
    }

    @Test func bitsDoNotDependOnTheCut() {
        for table in InstructionSet.tables {
            var numbers = TestNumbers(10)
            let before = Run(&numbers, count: 200)
            var settings = st_adam(
                beta1: 0.9, beta2: 0.99, epsilon: 1e-8, gradient_scale: 1, weight_decay: 0.1, shrink: 1, step: 0.1,
                root_correction: 1)
            var (whole, cut) = (before, before)
            _ = table.optimizers.adam(&whole.w, before.g, &whole.m, &whole.v, 200, &settings)
            cut.w.withUnsafeMutableBufferPointer { w in
                cut.m.withUnsafeMutableBufferPointer { m in
                    cut.v.withUnsafeMutableBufferPointer { v in
                        before.g.withUnsafeBufferPointer { g in
                            guard let w = w.baseAddress, let m = m.baseAddress, let v = v.baseAddress,
                                let g = g.baseAddress
                            else { return }
                            for range in [0..<3, 3..<50, 50..<51, 51..<200] {
                                let first = range.lowerBound
                                _ = table.optimizers.adam(
                                    w + first, g + first, m + first, v + first, range.count, &settings)
                            }
                        }
                    }
                }
            }
            #expect(whole.w == cut.w && whole.m == cut.m && whole.v == cut.v)
        }
    }
}
