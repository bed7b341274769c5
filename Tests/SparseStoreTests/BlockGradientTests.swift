import SparseKernels
import TestSupport
import Testing

@testable import SparseStore

/// Growth of blocks by gradient: the pooled absolute gradient, streamed, against one in memory.
@Suite struct BlockGradientTests {
    @Test func choosesTheBlocksOfLargestPooledGradient() throws {
        var random = CounterRandom(seed: 61, purpose: .test)
        for round in 0..<36 {
            let side = BlockShape.sides[round % 3]
            let rows = 1 + random.next(below: round % 12 == 11 ? 700 : 90)
            let columns = 1 + random.next(below: round % 12 == 11 ? 300 : 90)
            let shape = try BlockShape(rows: rows, columns: columns, side: side)
            let positions = (0..<shape.gridCount).filter { _ in random.nextUnit() < 0.2 }
            let matrix = try BlockSparseMatrix(rows: rows, columns: columns, side: side, positions: positions)
            let reference = ReferenceMatrix(
                rows: rows, columns: columns, unitRows: side, unitColumns: side, positions: positions)
            let eligible = positions.filter { _ in random.next(below: 5) == 0 }
            let samples = [1, 31, 32, 33, 64][round % 5]
            let batches = (0...round % 2).map { _ in
                GradientBatch(
                    input: CSRProductTests.randomPanels(columns, samples, &random),
                    outputGradient: CSRProductTests.randomPanels(rows, samples, &random), samples: samples, scale: 0.5)
            }
            let count = 1 + random.next(below: shape.gridCount + 3)
            let found = try matrix.largestGradients(
                of: DenseGradient(batches), count: count, alsoEligible: eligible,
                workers: Workers(threads: 1 + round % 3))
            let wanted = try reference.largestGradients(
                of: DenseGradient(batches), count: count, alsoEligible: eligible, workers: Workers(threads: 1))
            #expect(found.map(\.position) == wanted.map(\.position), "\(rows)x\(columns) side \(side), \(count)")
            for (a, b) in zip(found, wanted) { #expect(abs(a.score - b.score) <= 1e-5 * (1 + b.score)) }
        }
    }

    /// Equal scores go to the lower position, whatever the threads.
    @Test func tiesGoToTheLowerPosition() throws {
        let matrix = try BlockSparseMatrix(rows: 200, columns: 72, side: 8, positions: [0, 3])
        let input = Panels(channels: 72, samples: 4)
        let gradient = Panels(channels: 200, samples: 4)
        input.buffer.fill(1)
        gradient.buffer.fill(1)
        for threads in [1, 2, 7] {
            let found = try matrix.largestGradients(
                of: [GradientBatch(input: input, outputGradient: gradient, samples: 4)], count: 5, alsoEligible: [3],
                workers: Workers(threads: threads, parts: threads))
            #expect(found.map(\.position) == [1, 2, 3, 4, 5])
        }
    }

    @Test func refusesNonFiniteScores() throws {
        let matrix = try BlockSparseMatrix(rows: 10, columns: 20, side: 8, positions: [])
        let input = Panels(channels: 20, samples: 2)
        let gradient = Panels(channels: 10, samples: 2)
        input.buffer.fill(1)
        gradient[1, 9] = .infinity
        #expect(throws: StoreError.nonFiniteGradient(position: 3)) {
            try matrix.largestGradients(
                of: [GradientBatch(input: input, outputGradient: gradient, samples: 2)], count: 2, alsoEligible: [],
                workers: Workers(threads: 1))
        }
    }

    @Test(arguments: InstructionSet.available)
    func pooling(isa: String) throws {
        var random = CounterRandom(seed: 62, purpose: .test)
        for round in 0..<30 {
            let side = BlockShape.sides[round % 3]
            let (height, columns) = (1 + random.next(below: side), 1 + random.next(below: 100))
            let scores = AlignedBuffer(CSRProductTests.randomValues(height * columns, &random))
            let original = scores.array
            // In place, as the selection does it.
            try BlockProductTests.kernels(isa, side: side).pool(
                scores.pointer, columns, height, columns, scores.pointer)
            for block in 0..<(columns + side - 1) / side {
                var sum = 0.0
                for row in 0..<height {
                    for column in block * side..<min(columns, (block + 1) * side) {
                        sum += Double(original[row * columns + column])
                    }
                }
                #expect(abs(Double(scores[block]) - sum) < 1e-4, "\(isa) side \(side) columns \(columns)")
            }
        }
    }
}
