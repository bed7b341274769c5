import SparseKernels
import Testing

@testable import SparseStore

@Suite struct LargestGradientsTests {
    /// The streamed selection against a dense gradient in memory, sorted.
    @Test func equalsADenseSelection() throws {
        var random = CounterRandom(seed: 31, purpose: .test)
        for round in 0..<60 {
            let rows = 1 + random.next(below: round % 10 == 9 ? 900 : 60)
            let columns = 1 + random.next(below: round % 10 == 9 ? 300 : 80)
            let samples = [1, 31, 32, 33, 64][round % 5]
            let positions = (0..<rows * columns).filter { _ in random.nextUnit() < 0.2 }
            let matrix = try CSRMatrix(rows: rows, columns: columns, positions: positions)
            let eligible = positions.filter { _ in random.next(below: 5) == 0 }
            var batches: [GradientBatch] = []
            for _ in 0..<1 + round % 3 {
                let input = CSRProductTests.randomPanels(columns, samples, &random)
                let gradient = CSRProductTests.randomPanels(rows, samples, &random)
                batches.append(GradientBatch(input: input, outputGradient: gradient, samples: samples, scale: 0.5))
            }
            var dense = [Double](repeating: 0, count: rows * columns)
            for batch in batches {
                for row in 0..<rows {
                    for column in 0..<columns {
                        var sum = 0.0
                        for sample in 0..<samples {
                            sum += Double(batch.outputGradient[sample, row]) * Double(batch.input[sample, column])
                        }
                        dense[row * columns + column] += 0.5 * sum
                    }
                }
            }
            let kept = Set(positions).subtracting(eligible)
            let candidates = (0..<rows * columns).filter { !kept.contains($0) }
                .sorted { (abs(dense[$0]), $1) > (abs(dense[$1]), $0) }
            let count = random.next(below: candidates.count + 3)
            let found = try matrix.largestGradients(
                of: DenseGradient(batches), count: count, alsoEligible: eligible,
                workers: Workers(threads: 1 + round % 3))
            let wanted = candidates.prefix(count).sorted()
            #expect(found.map(\.position) == wanted, "\(rows)x\(columns), \(count)")
            for item in found {
                #expect(abs(Double(item.score) - abs(dense[item.position])) < 1e-4)
            }
        }
    }

    /// Equal scores go to the lower position, whatever the threads.
    @Test func tiesGoToTheLowerPosition() throws {
        let matrix = try CSRMatrix(rows: 200, columns: 70, positions: [0, 3])
        let input = Panels(channels: 70, samples: 4)
        let gradient = Panels(channels: 200, samples: 4)
        input.buffer.fill(1)
        gradient.buffer.fill(1)
        for threads in [1, 2, 7] {
            let found = try matrix.largestGradients(
                of: [GradientBatch(input: input, outputGradient: gradient, samples: 4)], count: 5, alsoEligible: [3],
                workers: Workers(threads: threads, parts: threads))
            #expect(found.map(\.position) == [1, 2, 3, 4, 5])
        }
        // All scores zero: still by position, and a full request ends.
        gradient.buffer.fill(0)
        let all = try matrix.largestGradients(
            of: [GradientBatch(input: input, outputGradient: gradient, samples: 4)], count: 1 << 20, alsoEligible: [],
            workers: Workers(threads: 2))
        #expect(all.count == 200 * 70 - 2)
    }

    /// Where most gradients are 0, the first of them fill up what the others leave.
    @Test func zerosAreTakenInOrder() throws {
        let matrix = try CSRMatrix(rows: 3000, columns: 70, positions: [0, 3])
        let input = Panels(channels: 70, samples: 4)
        let gradient = Panels(channels: 3000, samples: 4)
        gradient.buffer.fill(1)
        for sample in 0..<4 { input[sample, 50] = 1 }
        let alive = (0..<3000).map { $0 * 70 + 50 }
        let zeros = (0..<3000 * 70).filter { $0 != 0 && $0 != 3 && $0 % 70 != 50 }
        for (threads, count) in [(1, 10), (1, 3500), (2, 3500), (7, 3000), (7, 4000), (1, 100_000)] {
            let found = try matrix.largestGradients(
                of: [GradientBatch(input: input, outputGradient: gradient, samples: 4)], count: count,
                alsoEligible: [], workers: Workers(threads: threads, parts: threads))
            #expect(found.map(\.position) == (alive.prefix(count) + zeros.prefix(max(0, count - 3000))).sorted())
        }
    }

    @Test func refusesNonFiniteScores() throws {
        let matrix = try CSRMatrix(rows: 3, columns: 4, positions: [])
        let input = Panels(channels: 4, samples: 2)
        let gradient = Panels(channels: 3, samples: 2)
        input.buffer.fill(1)
        gradient[1, 2] = .nan
        #expect(throws: StoreError.nonFiniteGradient(position: 8)) {
            try matrix.largestGradients(
                of: [GradientBatch(input: input, outputGradient: gradient, samples: 2)], count: 2, alsoEligible: [],
                workers: Workers(threads: 1))
        }
    }

    @Test(arguments: InstructionSet.available)
    func tileProducts(isa: String) throws {
        let kernels = try #require(InstructionSet.tables.first { String(cString: $0.name) == isa }).dense_gradient
        var random = CounterRandom(seed: 32, purpose: .test)
        for _ in 0..<40 {
            let (rows, columns) = (1 + random.next(below: 20), 1 + random.next(below: 150))
            let samples = [1, 31, 32, 33, 128][random.next(below: 5)]
            let x = CSRProductTests.randomPanels(columns, samples, &random)
            let dy = CSRProductTests.randomPanels(rows, samples, &random)
            let block = Int(kernels.block_columns)
            let blocks = (columns + block - 1) / block
            let stride = x.panelCount * 32 * block
            let packed = AlignedBuffer<Float>(count: blocks * stride)
            for panel in 0..<x.panelCount {
                kernels.pack(
                    x.buffer.pointer + panel * x.panelStride, columns, packed.pointer + panel * 32 * block, stride)
            }
            let out = AlignedBuffer<Float>(count: rows * blocks * block)
            for pass in 0..<2 {
                kernels.product(
                    dy.buffer.pointer, dy.panelStride, samples, rows, packed.pointer, blocks, stride, 0.25, Int32(pass),
                    Int32(pass), out.pointer, blocks * block)
            }
            for row in 0..<rows {
                for column in 0..<columns {
                    var sum = 0.0
                    for sample in 0..<samples { sum += Double(dy[sample, row]) * Double(x[sample, column]) }
                    #expect(abs(Double(out[row * blocks * block + column]) - abs(sum) * 0.5) < 1e-4)
                }
            }
        }
    }

    @Test func selectionEqualsSorting() {
        var random = CounterRandom(seed: 33, purpose: .test)
        for _ in 0..<60 {
            // Of all sizes, with and without ties, zeros and infinities.
            let range = 1 << (1 + random.next(below: 31))
            let numbers = (0..<1 + random.next(below: 3000)).map { _ in
                let bits = UInt32(random.next(below: range)) << UInt32(random.next(below: 8))
                let all = Float(bitPattern: min(bits & 0x7fff_ffff, Float.infinity.bitPattern))
                // Subnormal scores count as 0; SubnormalTests has them.
                let number = all.isSubnormal ? 0 : all
                return random.next(below: 2) == 0 ? number : -number
            }
            let scores = numbers.map(\.magnitude)
            let ascending = scores.indices.sorted { scores[$0] != scores[$1] ? scores[$0] < scores[$1] : $0 < $1 }
            let descending = scores.indices.sorted { scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 < $1 }
            let rank = 1 + random.next(below: scores.count)
            #expect(Selection.smallest(rank, of: scores) == scores[ascending[rank - 1]])
            #expect(Selection.largest(rank, of: scores) == scores[descending[rank - 1]])
            #expect(Selection.indices(ofSmallestMagnitudes: rank, of: numbers) == ascending.prefix(rank).sorted())
            let largest = Selection.indices(ofLargest: rank, of: scores)
            #expect(largest.indices == descending.prefix(rank).sorted())
            #expect(largest.threshold == scores[descending[rank - 1]])
        }
        #expect(Selection.indices(ofSmallestMagnitudes: 0, of: [1]).isEmpty)
        #expect(Selection.indices(ofSmallestMagnitudes: 3, of: [2, -1]) == [0, 1])
    }

    /// Wide layers are looked through strip by strip, in each of which every row keeps its best.
    @Test func theBestOfEachRowDoNotDependOnStrips() throws {
        let (rows, columns, samples) = (7, 20_000, 64)
        var random = CounterRandom(seed: 51, purpose: .test)
        let input = CSRProductTests.randomPanels(columns, samples, &random)
        let gradient = CSRProductTests.randomPanels(rows, samples, &random)
        let batch = GradientBatch(input: input, outputGradient: gradient, samples: samples)
        #expect(GradientScores.strips(columns: columns, of: [batch]).count > 1)
        let matrix = try CSRMatrix(rows: rows, columns: columns, positions: [3, 9_000, 45_000])
        let stored = matrix.storedPositions()
        let counts = [3, 0, 17, 1, 400, 2, 20_000]
        let chosen = try matrix.largestGradients(
            of: [batch], perRow: counts, closed: stored, workers: Workers(threads: 2))
        for row in 0..<rows {
            let own = chosen.filter { $0.position / columns == row }
            let free = (row * columns..<(row + 1) * columns).filter { !stored.contains($0) }
            #expect(own.count == min(counts[row], free.count))
            let score = Dictionary(uniqueKeysWithValues: own.map { ($0.position, $0.score) })
            let least = own.map(\.score).min() ?? .infinity
            var sums = [Double](repeating: 0, count: columns)
            for sample in 0..<samples {
                let factor = Double(gradient[sample, row])
                for column in 0..<columns { sums[column] += factor * Double(input[sample, column]) }
            }
            for position in free where score[position] == nil {
                #expect(counts[row] == 0 || abs(sums[position % columns]) <= Double(least) + 1e-4)
            }
            for (position, value) in score { #expect(abs(abs(sums[position % columns]) - Double(value)) < 1e-4) }
        }
        #expect(zip(chosen, chosen.dropFirst()).allSatisfy { $0.position < $1.position })
    }
}
