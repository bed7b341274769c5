import SparseKernels
import Testing

@testable import SparseStore

/// Batch normalisation over panels whose padded lanes hold rubbish, against doubles over the real samples.
@Suite struct ElementwiseNormalizationTests {
    private struct Case {
        var samples, channels, map: Int
        var batch: st_batch
        var x, dy: [Float]

        init(_ numbers: inout TestNumbers, samples: Int, channels: Int, map: Int) {
            (self.samples, self.channels, self.map) = (samples, channels, map)
            let panels = (samples + 31) / 32
            let run = map * 32
            batch = st_batch(
                panels: panels, channels: channels, rows: 1, run: run,
                last_lanes: samples - (panels - 1) * 32)
            x = numbers.floats(panels * channels * run, -1...5)
            dy = numbers.floats(x.count)
            for i in x.indices where i / (channels * run) * 32 + i % 32 >= samples {
                x[i] = 100
                dy[i] = 0
            }
        }

        /// Calls `body` with `array` as maps.
        func withMaps<R>(_ array: inout [Float], _ body: (inout st_maps) -> R) -> R {
            array.withUnsafeMutableBufferPointer { buffer in
                guard let first = buffer.baseAddress else { preconditionFailure("no floats") }
                var maps = st_maps(first: first, panel: channels * batch.run, channel: batch.run, row: batch.run)
                return body(&maps)
            }
        }

        /// Indices of a channel's real elements.
        func elements(_ channel: Int) -> [Int] {
            (0..<samples).flatMap { sample in
                (0..<map).map { sample / 32 * channels * batch.run + channel * batch.run + $0 * 32 + sample % 32 }
            }
        }
    }

    private func forEachCase(_ body: (st_kernels, inout Case) -> Void) {
        for table in InstructionSet.tables {
            var numbers = TestNumbers(11)
            for samples in [1, 2, 31, 32, 33, 50, 64, 100] {
                for (channels, map) in [(1, 1), (5, 1), (3, 4)] {
                    var one = Case(&numbers, samples: samples, channels: channels, map: map)
                    body(table, &one)
                }
            }
        }
    }

    private func withAffine(_ factor: [Float], _ shift: [Float], _ body: (inout st_affine) -> Void) {
        factor.withUnsafeBufferPointer { factor in
            shift.withUnsafeBufferPointer { shift in
                guard let f = factor.baseAddress, let s = shift.baseAddress else { return }
                var affine = st_affine(factor: f, shift: s, relu: 0)
                body(&affine)
            }
        }
    }

    @Test func statisticsCountRealSamplesOnly() {
        forEachCase { table, one in
            var mean = [Float](repeating: 0, count: one.channels)
            var variance = mean
            var (x, batch) = (one.x, one.batch)
            one.withMaps(&x) { table.normalization.statistics(&$0, &batch, &mean, &variance) }
            for c in 0..<one.channels {
                let values = one.elements(c).map { Double(one.x[$0]) }
                let average = values.reduce(0, +) / Double(values.count)
                let spread = values.reduce(0) { $0 + ($1 - average) * ($1 - average) } / Double(values.count)
                expectClose(mean[c], average, name(table))
                expectClose(variance[c], spread, relative: 1e-4, name(table))
            }
        }
    }

    @Test func affineCoversEveryLane() {
        forEachCase { table, one in
            let factor = (0..<one.channels).map { Float($0) - 1.5 }
            let shift = (0..<one.channels).map { Float($0) * 0.5 }
            var y = [Float](repeating: 0, count: one.x.count)
            var (x, batch) = (one.x, one.batch)
            withAffine(factor, shift) { affine in
                one.withMaps(&x) { x in one.withMaps(&y) { table.normalization.affine(&x, &batch, &affine, &$0) } }
            }
            for i in y.indices {
                let c = i % (one.channels * one.batch.run) / one.batch.run
                expectClose(y[i], Double(one.x[i]) * Double(factor[c]) + Double(shift[c]), name(table))
            }
        }
    }

    @Test func gradientsMatchDoubles() {
        forEachCase { table, one in
            let mean = (0..<one.channels).map { Float($0) * 0.3 + 1 }
            let inverse = (0..<one.channels).map { Float($0) * 0.2 + 0.5 }
            let gamma = (0..<one.channels).map { Float($0) - 0.7 }
            var dgamma = [Float](repeating: 0, count: one.channels)
            var dbeta = dgamma
            var dx = [Float](repeating: 3, count: one.x.count)
            var (x, dy, batch) = (one.x, one.dy, one.batch)
            let factor = zip(gamma, inverse).map { $0 * $1 }
            withAffine(factor, mean) { affine in
                one.withMaps(&x) { x in
                    one.withMaps(&dy) { dy in
                        table.normalization.gradients(&dy, &x, &batch, &affine, mean, inverse, &dgamma, &dbeta)
                        one.withMaps(&dx) {
                            table.normalization.input_gradient(
                                &dy, &x, &batch, &affine, mean, inverse, dgamma, dbeta, nil, &$0)
                        }
                    }
                }
            }
            var padded = Set(dx.indices)
            for c in 0..<one.channels {
                let elements = one.elements(c)
                let n = Double(elements.count)
                func normalised(_ i: Int) -> Double { (Double(one.x[i]) - Double(mean[c])) * Double(inverse[c]) }
                let product = elements.reduce(0) { $0 + Double(one.dy[$1]) * normalised($1) }
                let sum = elements.reduce(0) { $0 + Double(one.dy[$1]) }
                expectClose(dgamma[c], product, absolute: 1e-4, name(table))
                expectClose(dbeta[c], sum, absolute: 1e-4, name(table))
                for i in elements {
                    let inner = Double(one.dy[i]) - sum / n - normalised(i) * product / n
                    expectClose(dx[i], Double(gamma[c]) * Double(inverse[c]) * inner, absolute: 1e-5, name(table))
                    padded.remove(i)
                }
            }
            #expect(padded.allSatisfy { dx[$0] == 0 }, "\(name(table)): a padded lane has a gradient")
        }
    }
}
