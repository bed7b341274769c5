import SparseKernels
import Testing

@testable import SparseStore

/// The dense store and every dense kernel of every instruction set in this binary.
@Suite struct DenseMatrixTests {
    static func shapes() -> [(rows: Int, columns: Int, samples: Int)] {
        var random = CounterRandom(seed: 71, purpose: .test)
        let batches = [1, 31, 32, 33, 64, 95, 128]
        let fixed = [(1, 1), (1, 40), (40, 1), (10, 100), (8, 520), (300, 9), (33, 257)]
        return (0..<50).map { i in
            let (rows, columns) = i < fixed.count ? fixed[i] : (1 + random.next(below: 70), 1 + random.next(below: 70))
            return (rows, columns, batches[i % batches.count])
        }
    }

    @Test(arguments: InstructionSet.available)
    func products(isa: String) throws {
        let kernels = try #require(InstructionSet.tables.first { String(cString: $0.name) == isa }).dense
        var random = CounterRandom(seed: 72, purpose: .test)
        for (rows, columns, samples) in Self.shapes() {
            let label = "\(isa) \(rows)x\(columns) samples \(samples)"
            let values = CSRProductTests.randomValues(rows * columns, &random)
            let matrix = try DenseMatrix(rows: rows, columns: columns, values: values)
            let reference = DenseReference(rows: rows, columns: columns, weights: values)
            let input = CSRProductTests.randomPanels(columns, samples, &random)
            let bias = AlignedBuffer(CSRProductTests.randomValues(rows, &random))
            let output = Panels(channels: rows, samples: samples)
            let inputGradient = Panels(channels: columns, samples: samples)
            output.buffer.fill(.nan)
            inputGradient.buffer.fill(.nan)
            matrix.gradient.fill(.nan)
            let (useBias, relu) = (random.next(below: 2) == 0, random.next(below: 2) == 0)
            let parts = 1 + random.next(below: 3)
            let panels = 0..<output.panelCount
            for part in (0..<parts).map({ Part($0, of: parts) }) {
                matrix.forward(
                    input, into: output, bias: useBias ? bias : nil, relu: relu, panels: panels, part: part,
                    kernels: kernels)
            }
            reference.expectForward(
                output, of: input, bias: useBias ? bias : nil, relu: relu, samples: samples, label)
            for part in (0..<parts).map({ Part($0, of: parts) }) {
                matrix.inputGradient(output, into: inputGradient, panels: panels, part: part, kernels: kernels)
                matrix.weightGradient(
                    input: input, outputGradient: output, panels: panels, part: part, kernels: kernels)
            }
            reference.expectInputGradient(inputGradient, of: output, samples: samples, label)
            // Output lanes past the batch hold the bias, those of the input 0.
            for position in 0..<rows * columns {
                reference.expectWeightGradient(
                    matrix.gradient[position], at: position, input: input, outputGradient: output, samples: samples,
                    label)
            }
        }
    }

    /// Callers may cut a batch and the rows as they like: the bits stay.
    @Test func cutsDoNotChangeBits() throws {
        var random = CounterRandom(seed: 73, purpose: .test)
        for (rows, columns, samples) in Self.shapes() {
            let matrix = try DenseMatrix(
                rows: rows, columns: columns, values: CSRProductTests.randomValues(rows * columns, &random))
            let input = CSRProductTests.randomPanels(columns, samples, &random)
            let output = Panels(channels: rows, samples: samples)
            let inputGradient = Panels(channels: columns, samples: samples)
            let panels = 0..<output.panelCount
            func products(parts: Int, cut: Bool) -> [[UInt32]] {
                for part in (0..<parts).map({ Part($0, of: parts) }) {
                    for range in cut ? panels.map({ $0..<$0 + 1 }) : [panels] {
                        matrix.forward(input, into: output, bias: nil, relu: false, panels: range, part: part)
                    }
                }
                for part in (0..<parts).map({ Part($0, of: parts) }) {
                    for range in cut ? panels.map({ $0..<$0 + 1 }) : [panels] {
                        matrix.inputGradient(output, into: inputGradient, panels: range, part: part)
                    }
                    matrix.weightGradient(input: input, outputGradient: output, panels: panels, part: part)
                }
                return [output.buffer, inputGradient.buffer, matrix.gradient].map(bits)
            }
            #expect(products(parts: 1, cut: false) == products(parts: 3, cut: true), "\(rows)x\(columns)")
        }
    }

    @Test func storesEveryWeight() throws {
        let matrix = try DenseMatrix(rows: 2, columns: 3, values: [1, -2, 3, -4, 5, -6])
        #expect(matrix.storedPositions() == [0, 1, 2, 3, 4, 5])
        #expect(matrix.storedScores(of: .values) == [1, -2, 3, -4, 5, -6])
        #expect(matrix.storedCount == 6 && matrix.storedWeights == 6 && matrix.positionCount == 6)
        matrix.stored.reserveStates([.momentum])
        #expect(matrix.storedScores(of: .state(.momentum)) == [0, 0, 0, 0, 0, 0])
        #expect(matrix.byteCount == 3 * 6 * 4)
        let ranges = (0..<4).map { matrix.storeRange(of: Part($0, of: 4)) }
        #expect(ranges.flatMap { Array($0) } == Array(0..<6))
    }

    @Test func keepsItsTopology() throws {
        let matrix = try DenseMatrix(rows: 2, columns: 3)
        try matrix.apply(TopologyChange(), workers: Workers(threads: 1))
        #expect(throws: StoreError.self) {
            try matrix.apply(TopologyChange(dropped: [1]), workers: Workers(threads: 1))
        }
        let batch = GradientBatch(
            input: Panels(channels: 3, samples: 1), outputGradient: Panels(channels: 2, samples: 1), samples: 1)
        let grown = try matrix.largestGradients(
            of: [batch], count: 4, alsoEligible: [], workers: Workers(threads: 1))
        #expect(grown.isEmpty)
        let eligible = try matrix.largestGradients(
            of: [batch], count: 4, alsoEligible: [2, 5], workers: Workers(threads: 1))
        #expect(eligible.map(\.position) == [2, 5])
    }

    @Test func refusesWhatIsNoMatrix() {
        #expect(throws: StoreError.invalidShape(rows: 3, columns: 0)) { try DenseMatrix(rows: 3, columns: 0) }
        #expect(throws: StoreError.self) { try DenseMatrix(rows: 2, columns: 2, values: [1]) }
        #expect(throws: StoreError.self) { try DenseMatrix(rows: 1 << 40, columns: 1 << 40) }
        #expect(throws: StoreError.self) { try DenseMatrix(rows: 1 << 20, columns: 1 << 20) }
    }
}
