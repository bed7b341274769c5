import SparseStore
import Synchronization
import TestSupport
import Testing

@testable import SparseStore

/// Subnormal numbers are zero to every thread that computes, and each thread is given back as it was.
@Suite struct SubnormalTests {
    /// The smallest normal number halved, where the compiler does not know it.
    @inline(never) private static func halved(_ x: Float) -> Float { x / 2 }

    private static var flushes: Bool { halved(.leastNormalMagnitude) == 0 && Subnormals.areFlushed }
    private static var keeps: Bool { halved(.leastNormalMagnitude).bitPattern == 0x40_0000 && !Subnormals.areFlushed }

    @Test func theCallersThreadIsGivenBack() {
        #expect(Self.keeps)
        let outer = Subnormals.flush()
        #expect(Self.flushes)
        let inner = Subnormals.flush()
        Subnormals.restore(inner)
        #expect(Self.flushes)
        Subnormals.restore(outer)
        #expect(Self.keeps)
    }

    @Test(arguments: [1, 2, 7]) func everyTaskFlushes(threads: Int) {
        let workers = Workers(threads: threads, parts: threads)
        let kept = Atomic(0)
        for tasks in [1, 2, 40] {
            workers.run(tasks: tasks) { _ in
                if !Self.flushes { kept.add(1, ordering: .relaxed) }
                // While the team is at work, Dispatch runs these.
                workers.run(tasks: 6) { _ in
                    if !Self.flushes { kept.add(1, ordering: .relaxed) }
                }
            }
            #expect(Self.keeps)
        }
        #expect(kept.load(ordering: .relaxed) == 0)
    }

    // MARK: - Products

    /// Random numbers, every third of which is subnormal, or 0 in its place.
    private func numbers(_ count: Int, seed: UInt64, zeros: Bool) -> [Float] {
        var random = CounterRandom(seed: seed, purpose: .test)
        return (0..<count).map { i in
            let x = Float(random.nextUnit() - 0.5)
            if i % 3 != 0 { return x }
            return zeros ? 0 : Float(bitPattern: x.bitPattern & 0x8000_0000 | (x.bitPattern & 0x7F_FFFF | 1))
        }
    }

    private func panels(_ shape: [Int], samples: Int, seed: UInt64, zeros: Bool, halo: Int = 0) -> Panels {
        let panels = Panels(channels: shape[0], rows: shape[1], columns: shape[2], halo: halo, samples: samples)
        let numbers = numbers(samples * shape[0] * shape[1] * shape[2], seed: seed, zeros: zeros)
        var i = 0
        for sample in 0..<samples {
            for channel in 0..<shape[0] {
                for pixel in 0..<shape[1] * shape[2] {
                    panels[sample, channel, pixel / shape[2], pixel % shape[2]] = numbers[i]
                    i += 1
                }
            }
        }
        return panels
    }

    /// What the three products and growth make of subnormal numbers, or of zeros in their place.
    private func results(
        _ matrix: any SparseMatrix, input shape: [Int], output: [Int], halos: (Int, Int), zeros: Bool
    ) throws -> [[Float]] {
        let samples = 70
        let x = panels(shape, samples: samples, seed: 2, zeros: zeros, halo: halos.0)
        let dy = panels(output, samples: samples, seed: 3, zeros: zeros, halo: halos.1)
        let (y, dx) = (
            panels(output, samples: samples, seed: 4, zeros: true),
            panels(shape, samples: samples, seed: 4, zeros: true)
        )
        Workers(threads: 1).run(tasks: 1) { _ in
            matrix.forward(x, into: y, bias: nil, relu: false, panels: 0..<3, part: .whole)
            matrix.inputGradient(dy, into: dx, panels: 0..<3, part: .whole)
            matrix.weightGradient(input: x, outputGradient: dy, panels: 0..<3, part: .whole)
        }
        var grown: [ScoredPosition] = []
        if matrix.storedCount < matrix.positionCount {
            grown = try matrix.largestGradients(
                of: [GradientBatch(input: x, outputGradient: dy, samples: samples)], count: matrix.positionCount / 5,
                alsoEligible: [], workers: Workers(threads: 1))
        }
        return [
            y.buffer.array, dx.buffer.array, matrix.gradient.array, grown.map(\.score),
            grown.map { Float($0.position) },
        ]
    }

    @Test(arguments: MatrixFormat.all, [false, true]) func productsTakeThemForZero(
        format: MatrixFormat, convolves: Bool
    ) throws {
        let geometry = ConvolutionGeometry(
            inputChannels: 16, inputRows: 5, inputColumns: 6, outputChannels: 20, kernelRows: 3, kernelColumns: 2,
            padding: 1)
        let (rows, columns) = convolves ? (geometry.rows, geometry.columns) : (50, 70)
        func results(zeros: Bool) throws -> [[Float]] {
            var random = CounterRandom(seed: 1, purpose: .test)
            let units = format.positionCount(rows: rows, columns: columns)
            let positions =
                format == .dense ? Array(0..<units) : Sampling.distinct(units / 3, below: units, random: &random)
            let weights = format.weightPositions(ofUnits: positions, rows: rows, columns: columns).count
            let matrix = try format.make(
                rows: rows, columns: columns, positions: positions,
                values: numbers(weights, seed: 5, zeros: zeros))
            guard convolves else {
                return try self.results(
                    matrix, input: [columns, 1, 1], output: [rows, 1, 1], halos: (0, 0), zeros: zeros)
            }
            let halos = (geometry.padding, geometry.gradientHalo)
            return try self.results(
                try geometry.store(matrix, inputHalo: halos.0, gradientHalo: halos.1),
                input: [16, 5, 6], output: [20, geometry.outputRows, geometry.outputColumns], halos: halos,
                zeros: zeros)
        }
        #expect(try results(zeros: false) == results(zeros: true))
        #expect(try results(zeros: true)[0].contains { $0 != 0 })
    }

    // MARK: - Selection

    @Test(arguments: [200, 3000]) func selectionTakesThemForZero(count: Int) {
        for trial in 0..<20 {
            var random = CounterRandom(seed: 6, purpose: .test, step: trial)
            let share = random.nextUnit()
            var (faded, zeroed): ([Float], [Float]) = ([], [])
            for _ in 0..<count {
                let x = Float(random.nextUnit() - 0.5)
                let fades = random.nextUnit() < share
                faded.append(fades ? Float(bitPattern: x.bitPattern & 0x807F_FFFF | 1) : x)
                zeroed.append(fades ? 0 : x)
            }
            let rank = 1 + random.next(below: count - 1)
            #expect(
                Selection.indices(ofSmallestMagnitudes: rank, of: faded)
                    == Selection.indices(ofSmallestMagnitudes: rank, of: zeroed))
            let (one, other) = (faded.map(\.magnitude), zeroed.map(\.magnitude))
            #expect(Selection.smallest(rank, of: one).bitPattern == Selection.smallest(rank, of: other).bitPattern)
            #expect(
                Selection.indices(ofLargest: rank, of: one).indices
                    == Selection.indices(ofLargest: rank, of: other).indices)
            #expect(Self.keeps)
        }
    }
}
