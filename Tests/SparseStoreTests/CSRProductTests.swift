import SparseKernels
import TestSupport
import Testing

@testable import SparseStore

/// Every kernel of every instruction set in this binary against scalar sums in double precision.
@Suite struct CSRProductTests {
    /// A random topology that has what goes wrong: empty rows and columns, full rows, single weights.
    static func randomPositions(_ rows: Int, _ columns: Int, _ density: Double, _ random: inout CounterRandom) -> [Int]
    {
        var positions: [Int] = []
        for row in 0..<rows {
            let kind = random.next(below: 8)
            for column in 0..<columns {
                let chance = kind == 0 ? 0 : kind == 1 ? 1 : density
                if random.nextUnit() < chance { positions.append(row * columns + column) }
            }
        }
        return positions
    }

    static func randomValues(_ count: Int, _ random: inout CounterRandom) -> [Float] {
        (0..<count).map { _ in Float(random.nextUnit() * 2 - 1) }
    }

    static func randomPanels(_ channels: Int, _ samples: Int, _ random: inout CounterRandom) -> Panels {
        let panels = Panels(channels: channels, samples: samples)
        for sample in 0..<samples {
            for channel in 0..<channels { panels[sample, channel] = Float(random.nextUnit() * 2 - 1) }
        }
        return panels
    }

    struct Case {
        var matrix: CSRMatrix
        var positions: [Int]
        var values: [Float]
        var samples: Int
        var label: String
    }

    static func cases() throws -> [Case] {
        var random = CounterRandom(seed: 11, purpose: .test)
        let batches = [1, 31, 32, 33, 64, 95, 128]
        var cases: [Case] = []
        let fixed = [(1, 1), (1, 40), (40, 1), (7, 13), (300, 130), (129, 257)]
        for i in 0..<160 {
            let (rows, columns) =
                i < fixed.count
                ? fixed[i] : (1 + random.next(below: 90), 1 + random.next(below: 90))
            let density = [0.02, 0.1, 0.3, 0.7, 1][random.next(below: 5)]
            let positions = randomPositions(rows, columns, density, &random)
            let values = randomValues(positions.count, &random)
            let plain = try PlainCSR(rows: rows, columns: columns, positions: positions)
            // Small tiles, so that small shapes have many; none: the rule.
            let side = [0, 1, 5, 16, 33][random.next(below: 5)]
            let tiling =
                side == 0 || i < fixed.count && side == 1
                ? nil : CSRTiling(rows: rows, columns: columns, side: side)
            let matrix = CSRMatrix(plain, values: values, tiling: tiling)
            let samples = batches[i % batches.count]
            cases.append(
                Case(
                    matrix: matrix, positions: positions, values: values, samples: samples,
                    label: "\(rows)x\(columns) density \(density) side \(side) samples \(samples)"))
        }
        return cases
    }

    @Test(arguments: InstructionSet.available)
    func forward(isa: String) throws {
        let kernels = try #require(InstructionSet.tables.first { String(cString: $0.name) == isa }).csr
        var random = CounterRandom(seed: 12, purpose: .test)
        for test in try Self.cases() {
            let matrix = test.matrix
            let input = Self.randomPanels(matrix.columns, test.samples, &random)
            let bias = AlignedBuffer(Self.randomValues(matrix.rows, &random))
            let output = Panels(channels: matrix.rows, samples: test.samples)
            output.buffer.fill(.nan)
            let (useBias, relu) = (random.next(below: 2) == 0, random.next(below: 2) == 0)
            let parts = 1 + random.next(below: 3)
            for part in 0..<parts {
                matrix.forward(
                    input, into: output, bias: useBias ? bias : nil, relu: relu, panels: 0..<output.panelCount,
                    part: Part(part, of: parts), kernels: kernels)
            }
            for sample in 0..<test.samples {
                var expected = (0..<matrix.rows).map { useBias ? Double(bias[$0]) : 0 }
                var scale = [Double](repeating: 1, count: matrix.rows)
                for (position, value) in zip(test.positions, test.values) {
                    let product = Double(value) * Double(input[sample, position % matrix.columns])
                    expected[position / matrix.columns] += product
                    scale[position / matrix.columns] += abs(product)
                }
                for row in 0..<matrix.rows {
                    let wanted = relu ? max(expected[row], 0) : expected[row]
                    #expect(
                        abs(Double(output[sample, row]) - wanted) <= 1e-6 * scale[row],
                        "\(isa) \(test.label) row \(row)")
                }
            }
        }
    }

    @Test(arguments: InstructionSet.available)
    func inputGradient(isa: String) throws {
        let kernels = try #require(InstructionSet.tables.first { String(cString: $0.name) == isa }).csr
        var random = CounterRandom(seed: 13, purpose: .test)
        for test in try Self.cases() {
            let matrix = test.matrix
            let outputGradient = Self.randomPanels(matrix.rows, test.samples, &random)
            let inputGradient = Panels(channels: matrix.columns, samples: test.samples)
            inputGradient.buffer.fill(.nan)
            let parts = 1 + random.next(below: 3)
            for part in 0..<parts {
                matrix.inputGradient(
                    outputGradient, into: inputGradient, panels: 0..<inputGradient.panelCount,
                    part: Part(part, of: parts), kernels: kernels)
            }
            for sample in 0..<test.samples {
                var expected = [Double](repeating: 0, count: matrix.columns)
                var scale = [Double](repeating: 1, count: matrix.columns)
                for (position, value) in zip(test.positions, test.values) {
                    let product = Double(value) * Double(outputGradient[sample, position / matrix.columns])
                    expected[position % matrix.columns] += product
                    scale[position % matrix.columns] += abs(product)
                }
                for column in 0..<matrix.columns {
                    #expect(
                        abs(Double(inputGradient[sample, column]) - expected[column]) <= 1e-6 * scale[column],
                        "\(isa) \(test.label) column \(column)")
                }
            }
        }
    }

    @Test(arguments: InstructionSet.available)
    func weightGradient(isa: String) throws {
        let kernels = try #require(InstructionSet.tables.first { String(cString: $0.name) == isa }).csr
        var random = CounterRandom(seed: 14, purpose: .test)
        for test in try Self.cases() {
            let matrix = test.matrix
            let input = Self.randomPanels(matrix.columns, test.samples, &random)
            let outputGradient = Self.randomPanels(matrix.rows, test.samples, &random)
            matrix.gradient.fill(.nan)
            let parts = 1 + random.next(below: 3)
            for part in 0..<parts {
                matrix.weightGradient(
                    input: input, outputGradient: outputGradient, panels: 0..<input.panelCount,
                    part: Part(part, of: parts), kernels: kernels)
            }
            let found = matrix.storedScores(of: .gradient)
            for (i, position) in test.positions.enumerated() {
                var (expected, scale) = (0.0, 1.0)
                for sample in 0..<test.samples {
                    let product =
                        Double(input[sample, position % matrix.columns])
                        * Double(outputGradient[sample, position / matrix.columns])
                    expected += product
                    scale += abs(product)
                }
                #expect(abs(Double(found[i]) - expected) <= 1e-6 * scale, "\(isa) \(test.label) position \(position)")
            }
        }
    }

    /// Both gradients in one pass, of which the input's are the bits of no cut, and the weights' those of the pass alone.
    @Test(arguments: InstructionSet.available)
    func jointGradients(isa: String) throws {
        let kernels = try #require(InstructionSet.tables.first { String(cString: $0.name) == isa }).csr
        if kernels.backward == nil { return }
        var random = CounterRandom(seed: 16, purpose: .test)
        for test in try Self.cases() {
            let matrix = test.matrix
            let input = Self.randomPanels(matrix.columns, test.samples, &random)
            let outputGradient = Self.randomPanels(matrix.rows, test.samples, &random)
            let separate = Panels(channels: matrix.columns, samples: test.samples)
            let panels = 0..<separate.panelCount
            matrix.inputGradient(outputGradient, into: separate, panels: panels, part: .whole, kernels: kernels)
            matrix.weightGradient(
                input: input, outputGradient: outputGradient, panels: panels, part: .whole, kernels: kernels)
            let weights = matrix.gradient.array
            var bits: [UInt32] = []
            for parts in [1, 3, 29] {
                let joint = Panels(channels: matrix.columns, samples: test.samples)
                joint.buffer.fill(.nan)
                matrix.gradient.fill(.nan)
                for part in 0..<parts {
                    matrix.gradients(
                        input: input, outputGradient: outputGradient, into: joint, panels: panels,
                        part: Part(part, of: parts), kernels: kernels)
                }
                #expect(matrix.gradient.array == weights, "\(isa) \(test.label) in \(parts) parts")
                // Sums in another order, each of at most as many terms as the matrix has rows.
                let isFar = zip(joint.buffer.elements, separate.buffer.elements).contains { one, other in
                    !(abs(one - other) <= 1e-4 * max(1, abs(other)))
                }
                #expect(!isFar, "\(isa) \(test.label)")
                if bits.isEmpty { bits = joint.buffer.array.map(\.bitPattern) }
                #expect(joint.buffer.array.map(\.bitPattern) == bits, "\(isa) \(test.label) in \(parts) parts")
            }
        }
    }

    /// Callers may cut a batch and the rows as they like: the bits stay.
    @Test func cutsDoNotChangeBits() throws {
        var random = CounterRandom(seed: 15, purpose: .test)
        for test in try Self.cases().prefix(60) {
            let matrix = test.matrix
            let input = Self.randomPanels(matrix.columns, test.samples, &random)
            let whole = Panels(channels: matrix.rows, samples: test.samples)
            matrix.forward(
                input, into: whole, bias: nil, relu: false, panels: 0..<whole.panelCount, part: .whole)
            let cut = Panels(channels: matrix.rows, samples: test.samples)
            for panel in 0..<cut.panelCount {
                for part in 0..<3 {
                    matrix.forward(
                        input, into: cut, bias: nil, relu: false, panels: panel..<panel + 1, part: Part(part, of: 3))
                }
            }
            #expect(whole.buffer.array.map(\.bitPattern) == cut.buffer.array.map(\.bitPattern), "\(test.label)")
        }
    }

    /// The fused ReLU does not hide a weight that went wrong.
    @Test(arguments: InstructionSet.available)
    func reluPassesNaN(isa: String) throws {
        let kernels = try #require(InstructionSet.tables.first { String(cString: $0.name) == isa }).csr
        let matrix = try CSRMatrix(rows: 2, columns: 3, positions: [1, 4], values: [.nan, -1])
        let input = Panels(channels: 3, samples: 40)
        input.buffer.fill(1)
        let output = Panels(channels: 2, samples: 40)
        matrix.forward(
            input, into: output, bias: nil, relu: true, panels: 0..<2, part: .whole, kernels: kernels)
        #expect(output[0, 0].isNaN && output[39, 0].isNaN && output[0, 1] == 0)
    }
}
