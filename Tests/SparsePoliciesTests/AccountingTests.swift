import SparsePolicies
import SparseStore
import TestSupport
import Testing

struct AccountingTests {
    private let shapes = [LayerShape(outputs: 10, inputs: 1000), LayerShape(outputs: 100, inputs: 50)]

    private func ratio(sparsity: Double, sparse: Int, dense: Int) -> Double {
        let stored = shapes.map { Int(((1 - sparsity) * Double($0.count)).rounded()) }
        var meter = FlopsMeter()
        for _ in 0..<sparse { meter.addBatch(shapes: shapes, stored: stored, trains: true) }
        for _ in 0..<dense {
            meter.addBatch(shapes: shapes, stored: stored, trains: false)
            meter.addDenseGradients(shapes: shapes, batches: 1)
        }
        return meter.ratio
    }

    @Test func goldenRatios() {
        for (sparsity, rigl, snfs) in [(0.8, 0.202640, 0.466667), (0.9, 0.102970, 0.4), (0.95, 0.053135, 0.366667)] {
            #expect(abs(ratio(sparsity: sparsity, sparse: 100, dense: 1) - rigl) < 6e-7)
            #expect(abs(ratio(sparsity: sparsity, sparse: 0, dense: 7) - snfs) < 6e-7)
            #expect(abs(ratio(sparsity: sparsity, sparse: 9, dense: 0) - (1 - sparsity)) < 1e-12)
        }
        #expect(ratio(sparsity: 0, sparse: 3, dense: 2) == 1)
        #expect(FlopsMeter().ratio == 0)
    }

    /// Ten batches train; the update after them looks back on four, whose dense gradients it forms once more.
    @Test func aWindowIsCounted() {
        var meter = FlopsMeter()
        let stored = shapes.map { $0.count / 10 }
        for _ in 0..<10 { meter.addBatch(shapes: shapes, stored: stored, trains: true) }
        meter.addDenseGradients(shapes: shapes, batches: 4)
        #expect(abs(meter.ratio - (10 * 0.3 + 4) / 30) < 1e-12)
    }

    @Test func pixelsWeighConvolutions() {
        let conv = LayerShape(outputs: 4, inputs: 2, kernelHeight: 3, kernelWidth: 3, uses: 100)
        let linear = LayerShape(outputs: 10, inputs: 72)
        #expect(conv.forwardFlops == 14400 && linear.forwardFlops == 1440)
        var meter = FlopsMeter()
        meter.addBatch(shapes: [conv, linear], stored: [36, 720], trains: true)
        #expect(abs(meter.ratio - (7200 + 1440) / 15840) < 1e-12)
    }

    /// Attention costs the sparse and the dense network the same.
    @Test func productsWithoutWeightsAreCounted() {
        let linear = LayerShape(outputs: 10, inputs: 72)
        var meter = FlopsMeter()
        meter.addBatch(shapes: [linear], stored: [72], others: 360, trains: true)
        #expect(abs(meter.ratio - (432 + 1080) / (4320 + 1080)) < 1e-12)
    }

    @Test func exploredPositionsAreCountedOnce() {
        var explored = ExploredPositions(positions: 130, random: CounterRandom(seed: 1, purpose: .test))
        explored.note([0, 64, 129])
        explored.note([0, 1, 129])
        explored.note([])
        #expect(explored.isExact && explored.fraction == 4.0 / 130)
    }

    @Test func exploredPositionsGoOnFromACheckpoint() throws {
        let stream = CounterRandom(seed: 1, purpose: .test)
        var explored = ExploredPositions(positions: 130, random: stream)
        explored.note([0, 64, 129])
        var resumed = ExploredPositions(positions: 130, random: stream)
        try resumed.restore(explored.bits)
        resumed.note([0, 5])
        #expect(resumed.fraction == 4.0 / 130)
        for bits in [[], [0, 0], [0, 0, 0, 0], [0, 0, 4]] as [[UInt64]] {
            #expect(throws: PolicyError.self) { try resumed.restore(bits) }
        }
        #expect(resumed.fraction == 4.0 / 130)
    }

    @Test func deadUnitsAreCounted() throws {
        func dead(_ matrix: any SparseMatrix) -> [Int] {
            let dead = DeadUnits(matrix)
            return [dead.inputs, dead.outputs]
        }
        func linear(_ positions: [Int], rows: Int, columns: Int) -> any SparseMatrix {
            ReferenceMatrix(rows: rows, columns: columns, positions: positions, values: positions.map { _ in 0 })
        }
        #expect(dead(linear([1, 4, 13], rows: 4, columns: 5)) == [2, 2])
        #expect(dead(linear(Array(0..<6), rows: 2, columns: 3)) == [0, 0])
        #expect(dead(linear([], rows: 2, columns: 3)) == [3, 2])
        func geometry(inputs: Int, outputs: Int, kernelRows: Int = 1, groups: Int = 1) -> ConvolutionGeometry {
            ConvolutionGeometry(
                inputChannels: inputs, inputRows: 3, inputColumns: 3, outputChannels: outputs, kernelRows: kernelRows,
                kernelColumns: 2, groups: groups)
        }
        // Three input channels of a kernel of two.
        #expect(dead(try ConvolutionMatrix(geometry(inputs: 3, outputs: 2), positions: [1, 6])) == [2, 0])
        // The same columns in two groups: each reads its first channel, and none its second and third.
        #expect(dead(try ConvolutionMatrix(geometry(inputs: 6, outputs: 2, groups: 2), positions: [1, 6])) == [2, 0])
        // Channels of blocks are neighbours: one block at the last of four elements reads channels 4 to 7.
        let blocked = geometry(inputs: 8, outputs: 6, kernelRows: 2)
        let blocks = try BlockSparseMatrix(rows: 6, columns: 32, side: 4, positions: [7])
        #expect(dead(try blocked.store(blocks, inputHalo: 0, gradientHalo: 1)) == [4, 2])
        #expect(dead(try blocked.store(DenseMatrix(rows: 6, columns: 32), inputHalo: 0, gradientHalo: 1)) == [0, 0])
    }

    /// Beyond the bound a sample is followed; it agrees with the exact share as a sample of its size should.
    @Test func aSampleEstimatesLargeLayers() {
        let positions = 200_000
        let stream = CounterRandom(seed: 1, purpose: .test)
        var exact = ExploredPositions(positions: positions, random: stream)
        var sampled = ExploredPositions(positions: positions, exactBound: 1000, sampleSize: 5000, random: stream)
        #expect(!sampled.isExact && sampled.followed == 5000)
        for step in 0..<20 {
            var random = CounterRandom(seed: 2, purpose: .test, step: step)
            let stored = Sampling.distinct(10_000, below: positions, random: &random)
            exact.note(stored)
            sampled.note(stored)
            let share = exact.fraction
            #expect(abs(sampled.fraction - share) < 5 * (share * (1 - share) / 5000).squareRoot())
        }
        exact.note(Array(0..<positions))
        sampled.note(Array(0..<positions))
        #expect(exact.fraction == 1 && sampled.fraction == 1)
    }
}
