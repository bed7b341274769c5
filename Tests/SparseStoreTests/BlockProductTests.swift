import SparseKernels
import Testing

@testable import SparseStore

/// Every block kernel of every instruction set in this binary against scalar sums in double precision.
@Suite struct BlockProductTests {
    struct Case {
        var matrix: BlockSparseMatrix
        var reference: DenseReference
        var samples: Int
        var label: String
    }

    /// Blocks and values of random shapes, most of them with padded edges; empty and full rows of blocks among them.
    static func randomMatrix(
        _ rows: Int, _ columns: Int, side: Int, density: Double, _ random: inout CounterRandom
    ) throws -> (matrix: BlockSparseMatrix, reference: DenseReference) {
        let shape = try BlockShape(rows: rows, columns: columns, side: side)
        let positions = CSRProductTests.randomPositions(shape.gridRows, shape.gridColumns, density, &random)
        let weightPositions = MatrixFormat.block(side).weightPositions(
            ofUnits: positions, rows: rows, columns: columns)
        let values = CSRProductTests.randomValues(weightPositions.count, &random)
        let matrix = try BlockSparseMatrix(
            rows: rows, columns: columns, side: side, positions: positions, values: values)
        var weights = [Float](repeating: 0, count: rows * columns)
        for (position, value) in zip(weightPositions, values) { weights[position] = value }
        return (matrix, DenseReference(rows: rows, columns: columns, weights: weights))
    }

    static func cases() throws -> [Case] {
        var random = CounterRandom(seed: 41, purpose: .test)
        let batches = [1, 31, 32, 33, 64, 95, 128]
        let fixed = [(1, 1), (1, 40), (40, 1), (16, 32), (7, 2100), (129, 257)]
        var cases: [Case] = []
        for i in 0..<90 {
            let side = BlockShape.sides[i % 3]
            let (rows, columns) =
                i < 3 * fixed.count ? fixed[i / 3] : (1 + random.next(below: 70), 1 + random.next(below: 70))
            let density = [0, 0.1, 0.3, 0.7, 1][random.next(below: 5)]
            let (matrix, reference) = try randomMatrix(rows, columns, side: side, density: density, &random)
            let samples = batches[i % batches.count]
            cases.append(
                Case(
                    matrix: matrix, reference: reference, samples: samples,
                    label: "\(rows)x\(columns) side \(side) density \(density) samples \(samples)"))
        }
        return cases
    }

    static func kernels(_ isa: String, side: Int) throws -> st_block_kernels {
        try #require(InstructionSet.tables.first { String(cString: $0.name) == isa }).blocks(ofSide: side)
    }

    @Test(arguments: InstructionSet.available)
    func forward(isa: String) throws {
        var random = CounterRandom(seed: 42, purpose: .test)
        for test in try Self.cases() {
            let matrix = test.matrix
            let input = CSRProductTests.randomPanels(matrix.columns, test.samples, &random)
            let bias = AlignedBuffer(CSRProductTests.randomValues(matrix.rows, &random))
            let output = Panels(channels: matrix.rows, samples: test.samples)
            output.buffer.fill(.nan)
            let (useBias, relu) = (random.next(below: 2) == 0, random.next(below: 2) == 0)
            let parts = 1 + random.next(below: 3)
            for part in 0..<parts {
                matrix.forward(
                    input, into: output, bias: useBias ? bias : nil, relu: relu, panels: 0..<output.panelCount,
                    part: Part(part, of: parts), kernels: try Self.kernels(isa, side: matrix.unitRows))
            }
            test.reference.expectForward(
                output, of: input, bias: useBias ? bias : nil, relu: relu, samples: test.samples,
                "\(isa) \(test.label)")
        }
    }

    @Test(arguments: InstructionSet.available)
    func inputGradient(isa: String) throws {
        var random = CounterRandom(seed: 43, purpose: .test)
        for test in try Self.cases() {
            let matrix = test.matrix
            let outputGradient = CSRProductTests.randomPanels(matrix.rows, test.samples, &random)
            let inputGradient = Panels(channels: matrix.columns, samples: test.samples)
            inputGradient.buffer.fill(.nan)
            let parts = 1 + random.next(below: 3)
            for part in 0..<parts {
                matrix.inputGradient(
                    outputGradient, into: inputGradient, panels: 0..<inputGradient.panelCount,
                    part: Part(part, of: parts), kernels: try Self.kernels(isa, side: matrix.unitRows))
            }
            test.reference.expectInputGradient(
                inputGradient, of: outputGradient, samples: test.samples, "\(isa) \(test.label)")
        }
    }

    @Test(arguments: InstructionSet.available)
    func weightGradient(isa: String) throws {
        var random = CounterRandom(seed: 44, purpose: .test)
        for test in try Self.cases() {
            let matrix = test.matrix
            let input = CSRProductTests.randomPanels(matrix.columns, test.samples, &random)
            let outputGradient = CSRProductTests.randomPanels(matrix.rows, test.samples, &random)
            matrix.gradient.fill(.nan)
            let parts = 1 + random.next(below: 3)
            for part in 0..<parts {
                matrix.weightGradient(
                    input: input, outputGradient: outputGradient, panels: 0..<input.panelCount,
                    part: Part(part, of: parts), kernels: try Self.kernels(isa, side: matrix.unitRows))
            }
            // Padding among them: its gradient must be 0.
            #expect(matrix.brokenInvariant() == nil)
            matrix.forEachRun { run in
                for (i, place) in run.store.enumerated() {
                    test.reference.expectWeightGradient(
                        matrix.gradient[place], at: run.row * matrix.columns + run.firstColumn + i, input: input,
                        outputGradient: outputGradient, samples: test.samples, "\(isa) \(test.label)")
                }
            }
        }
    }

    /// Channels past the last lie beyond the panel: values there must not matter, and stay.
    @Test(arguments: InstructionSet.available)
    func nothingPastTheLastChannelIsTouched(isa: String) throws {
        var random = CounterRandom(seed: 45, purpose: .test)
        for side in BlockShape.sides {
            let (rows, columns) = (2 * side + 1, 3 * side - 1)
            let (matrix, reference) = try Self.randomMatrix(rows, columns, side: side, density: 1, &random)
            let kernels = try Self.kernels(isa, side: side)
            // The second panel stands for what lies behind the first.
            let input = CSRProductTests.randomPanels(columns, 64, &random)
            let output = CSRProductTests.randomPanels(rows, 64, &random)
            for i in input.panelStride..<2 * input.panelStride { input.buffer[i] = .nan }
            for i in output.panelStride..<2 * output.panelStride { output.buffer[i] = .nan }
            matrix.weightGradient(
                input: input, outputGradient: output, panels: 0..<1, part: .whole, kernels: kernels)
            #expect(matrix.gradient.array.allSatisfy { $0.isFinite })
            matrix.inputGradient(output, into: input, panels: 0..<1, part: .whole, kernels: kernels)
            reference.expectInputGradient(input, of: output, samples: 32, "\(isa) side \(side)")
            matrix.forward(
                input, into: output, bias: nil, relu: false, panels: 0..<1, part: .whole, kernels: kernels)
            #expect(input.buffer.array[input.panelStride...].allSatisfy { $0.isNaN })
            #expect(output.buffer.array[output.panelStride...].allSatisfy { $0.isNaN })
        }
    }

    /// Callers may cut a batch and the rows as they like: the bits stay.
    @Test func cutsDoNotChangeBits() throws {
        var random = CounterRandom(seed: 46, purpose: .test)
        for test in try Self.cases() {
            let matrix = test.matrix
            let input = CSRProductTests.randomPanels(matrix.columns, test.samples, &random)
            let wholeOutput = Panels(channels: matrix.rows, samples: test.samples)
            let cutOutput = Panels(channels: matrix.rows, samples: test.samples)
            let wholeGradient = Panels(channels: matrix.columns, samples: test.samples)
            let cutGradient = Panels(channels: matrix.columns, samples: test.samples)
            let panels = 0..<input.panelCount
            matrix.forward(input, into: wholeOutput, bias: nil, relu: false, panels: panels, part: .whole)
            matrix.inputGradient(wholeOutput, into: wholeGradient, panels: panels, part: .whole)
            matrix.weightGradient(input: input, outputGradient: wholeOutput, panels: panels, part: .whole)
            let whole = bits(matrix.gradient)
            matrix.gradient.fill(.nan)
            for part in (0..<3).map({ Part($0, of: 3) }) {
                for panel in panels {
                    matrix.forward(
                        input, into: cutOutput, bias: nil, relu: false, panels: panel..<panel + 1, part: part)
                    matrix.inputGradient(
                        wholeOutput, into: cutGradient, panels: panel..<panel + 1, part: part)
                }
                matrix.weightGradient(input: input, outputGradient: wholeOutput, panels: panels, part: part)
                #expect(bits(matrix.gradient)[matrix.storeRange(of: part)] == whole[matrix.storeRange(of: part)])
            }
            #expect(bits(wholeOutput.buffer) == bits(cutOutput.buffer), "\(test.label)")
            #expect(bits(wholeGradient.buffer) == bits(cutGradient.buffer), "\(test.label)")
            #expect(bits(matrix.gradient) == whole, "\(test.label)")
        }
    }
}
