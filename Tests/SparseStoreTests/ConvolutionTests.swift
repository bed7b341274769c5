import SparseKernels
import TestSupport
import Testing

@testable import SparseStore

/// Convolutions on every instruction set against direct loops in double precision, over random shapes, kernels, strides,
/// paddings, dilations and groups.
@Suite struct ConvolutionTests {
    static let formats = MatrixFormat.all.map(\.description)

    private func cases(_ format: MatrixFormat) -> Int { format == .csr ? 200 : 40 }

    private func kernels(_ isa: String) throws -> st_kernels {
        try #require(InstructionSet.tables.first { String(cString: $0.name) == isa })
    }

    /// Samples to compare: the first and the last lanes.
    private func compared(_ samples: Int) -> [Int] { samples == 1 ? [0] : [0, samples - 1] }

    @Test(arguments: InstructionSet.available, formats)
    func forward(isa: String, format: String) throws {
        let (kernels, format) = (try kernels(isa), try #require(MatrixFormat(format)))
        var random = CounterRandom(seed: 81, purpose: .test)
        for round in 0..<cases(format) {
            let test = try ConvolutionCase(&random, format: format)
            let g = test.geometry
            let input = test.input(&random)
            let output = Panels(
                channels: g.outputChannels, rows: g.outputRows, columns: g.outputColumns, halo: round % 3,
                samples: test.samples)
            let bias = round % 2 == 0 ? AlignedBuffer((0..<g.outputChannels).map { Float($0) * 0.1 }) : nil
            let parts = 1 + random.next(below: 3)
            for part in 0..<parts {
                test.matrix.forward(
                    input, into: output, bias: bias, relu: round % 4 == 0, panels: 0..<input.panelCount,
                    part: Part(part, of: parts), kernels: kernels)
            }
            for sample in compared(test.samples) {
                var expected = Sums(count: output.channels * output.rows * output.columns)
                test.visit { out, from, position in
                    expected.add(
                        test.weights[position] * Double(input[sample, from.c, from.y, from.x]),
                        at: (out.c * output.rows + out.y) * output.columns + out.x)
                }
                for index in expected.sum.indices {
                    let (channel, pixel) = index.quotientAndRemainder(dividingBy: output.rows * output.columns)
                    if let bias { expected.sum[index] += Double(bias[channel]) }
                    if round % 4 == 0 { expected.sum[index] = max(expected.sum[index], 0) }
                    let found = output[sample, channel, pixel / output.columns, pixel % output.columns]
                    if !expected.isClose(found, at: index) {
                        Issue.record("\(isa) \(test.label): output \(index) is \(found), not \(expected.sum[index])")
                        return
                    }
                }
            }
            expectZeroBorder(output, test.label)
        }
    }

    @Test(arguments: InstructionSet.available, formats)
    func inputGradient(isa: String, format: String) throws {
        let (kernels, format) = (try kernels(isa), try #require(MatrixFormat(format)))
        var random = CounterRandom(seed: 82, purpose: .test)
        for round in 0..<cases(format) {
            let test = try ConvolutionCase(&random, format: format)
            let outputGradient = test.outputGradient(&random)
            let gradient = test.input(&random)
            let before = gradient.buffer.array
            let adding = round % 3 == 0
            let parts = 1 + random.next(below: 3)
            for part in 0..<parts {
                test.matrix.inputGradient(
                    outputGradient, into: gradient, adding: adding, panels: 0..<gradient.panelCount,
                    part: Part(part, of: parts), kernels: kernels)
            }
            guard isInputGradient(gradient, test, outputGradient, addedTo: adding ? before : nil, isa) else { return }
            expectZeroBorder(gradient, test.label)
        }
    }

    @Test(arguments: InstructionSet.available, formats)
    func weightGradient(isa: String, format: String) throws {
        let (kernels, format) = (try kernels(isa), try #require(MatrixFormat(format)))
        var random = CounterRandom(seed: 83, purpose: .test)
        for _ in 0..<cases(format) {
            let test = try ConvolutionCase(&random, format: format)
            let (input, outputGradient) = (test.input(&random), test.outputGradient(&random))
            test.matrix.gradient.fill(.nan)
            let parts = 1 + random.next(below: 3)
            for part in 0..<parts {
                test.matrix.weightGradient(
                    input: input, outputGradient: outputGradient, panels: 0..<input.panelCount,
                    part: Part(part, of: parts), kernels: kernels)
            }
            guard hasWeightGradient(test, input, outputGradient, isa) else { return }
        }
    }

    /// Both gradients in one pass against the same sums, also where no pixel of the input is as far from the edge as a stride.
    @Test(arguments: InstructionSet.available)
    func bothGradientsInOnePass(isa: String) throws {
        let kernels = try kernels(isa)
        var random = CounterRandom(seed: 89, purpose: .test)
        for round in 0..<200 {
            let test = try ConvolutionCase(&random)
            let matrix = try #require(test.matrix as? ConvolutionMatrix)
            let (input, outputGradient) = (test.input(&random), test.outputGradient(&random))
            let gradient = test.input(&random)
            let before = gradient.buffer.array
            let adding = round % 3 == 0
            matrix.gradient.fill(.nan)
            let parts = 1 + random.next(below: 3)
            for part in 0..<parts {
                matrix.gradients(
                    input: input, outputGradient: outputGradient, into: gradient, adding: adding,
                    panels: 0..<gradient.panelCount, part: Part(part, of: parts), kernels: kernels)
            }
            guard hasWeightGradient(test, input, outputGradient, isa) else { return }
            guard isInputGradient(gradient, test, outputGradient, addedTo: adding ? before : nil, isa) else { return }
            expectZeroBorder(gradient, test.label)
        }
    }

    /// A line with more weights than the kernels gather at once, with many outputs of one input channel.
    @Test(arguments: InstructionSet.available, [false, true])
    func bothGradientsOfLongLines(isa: String, adding: Bool) throws {
        let kernels = try kernels(isa)
        let g = ConvolutionGeometry(
            inputChannels: 2, inputRows: 4, inputColumns: 5, outputChannels: 2048, kernelRows: 3, kernelColumns: 3,
            padding: 1)
        var random = CounterRandom(seed: 90, purpose: .test)
        let values = (0..<g.rows * g.columns).map { _ in Float(2 * random.nextUnit() - 1) }
        let matrix = try ConvolutionMatrix(g, positions: Array(values.indices), values: values)
        #expect(g.outputChannels * g.kernelElements > Int(ST_GATHERED))
        func panels(_ channels: Int) -> Panels {
            let panels = Panels(channels: channels, rows: 4, columns: 5, halo: 1, samples: 3)
            for sample in 0..<3 {
                for channel in 0..<channels {
                    for pixel in 0..<20 {
                        panels[sample, channel, pixel / 5, pixel % 5] = Float(2 * random.nextUnit() - 1)
                    }
                }
            }
            return panels
        }
        let (input, outputGradient, joint) = (panels(2), panels(2048), panels(2))
        let apart = Panels(channels: 2, rows: 4, columns: 5, halo: 1, samples: 3)
        for index in 0..<joint.buffer.count { apart.buffer[index] = joint.buffer[index] }
        matrix.inputGradient(
            outputGradient, into: apart, adding: adding, panels: 0..<1, part: .whole, kernels: kernels)
        matrix.weightGradient(
            input: input, outputGradient: outputGradient, panels: 0..<1, part: .whole, kernels: kernels)
        let expected = matrix.gradient.array
        matrix.gradient.fill(.nan)
        matrix.gradients(
            input: input, outputGradient: outputGradient, into: joint, adding: adding, panels: 0..<1, part: .whole,
            kernels: kernels)
        // 18,432 products below 1 in magnitude, summed in another order.
        #expect(zip(joint.buffer.array, apart.buffer.array).allSatisfy { abs($0 - $1) < 0.01 })
        #expect(zip(matrix.gradient.array, expected).allSatisfy { abs($0 - $1) < 1e-4 })
    }

    /// Parts of the input channels: each channel in one part, and where parts have several channels about as many weights in each,
    /// counted here from the positions.
    @Test func inputChannelsAreCutByWeights() throws {
        var random = CounterRandom(seed: 85, purpose: .test)
        for _ in 0..<100 {
            let test = try ConvolutionCase(&random)
            let g = test.geometry
            guard g.groups == 1 else { continue }
            var weights = [Int](repeating: 0, count: g.inputChannels)
            for position in test.positions { weights[position % g.columns / g.kernelElements] += 1 }
            for parts in 1...8 {
                let ranges = (0..<parts).map { test.matrix.products.inputLines(of: Part($0, of: parts)) }
                #expect(ranges.flatMap(Array.init) == Array(0..<g.inputChannels), "\(test.label), \(parts) parts")
                // No more than the mean and one channel, each channel counting for one more weight.
                let costs = ranges.map { range in weights[range].reduce(range.count, +) }
                let all = weights.reduce(weights.count, +)
                let most = (weights.max() ?? 0) + 1
                if parts < g.inputChannels {
                    #expect((costs.max() ?? 0) * parts <= all + most * parts, "\(test.label), \(parts) parts")
                }
            }
        }
    }

    /// Cuts by panels and parts change no bit.
    @Test(arguments: formats) func cutsDoNotChangeBits(format: String) throws {
        let format = try #require(MatrixFormat(format))
        var random = CounterRandom(seed: 84, purpose: .test)
        for _ in 0..<20 {
            let test = try ConvolutionCase(&random, format: format)
            let (input, outputGradient) = (test.input(&random), test.outputGradient(&random))
            let all = 0..<input.panelCount
            var results: [[[UInt32]]] = []
            for threads in [1, 2, 7] {
                let workers = Workers(threads: threads, parts: threads)
                let (output, gradient) = (test.outputGradient(&random), test.input(&random))
                workers.run(tasks: threads) { task in
                    let part = Part(task, of: threads)
                    for panel in all {
                        test.matrix.forward(
                            input, into: output, bias: nil, relu: false, panels: panel..<panel + 1, part: part)
                        test.matrix.inputGradient(
                            outputGradient, into: gradient, panels: panel..<panel + 1, part: part)
                    }
                    test.matrix.weightGradient(
                        input: input, outputGradient: outputGradient, panels: all, part: part)
                }
                var buffers = [output.buffer, gradient.buffer, test.matrix.gradient].map(\.array)
                workers.run(tasks: threads) { task in
                    test.matrix.gradients(
                        input: input, outputGradient: outputGradient, into: gradient, adding: false, panels: all,
                        part: Part(task, of: threads))
                }
                buffers += [gradient.buffer.array, test.matrix.gradient.array]
                results.append(buffers.map { $0.map(\.bitPattern) })
            }
            #expect(results[0] == results[1] && results[0] == results[2], "\(test.label)")
        }
    }

    @Test func growthFindsTheLargestGradients() throws {
        var random = CounterRandom(seed: 85, purpose: .test)
        for round in 0..<60 {
            let test = try ConvolutionCase(&random)
            let (input, outputGradient) = (test.input(&random), test.outputGradient(&random))
            let batches = (0...round % 2).map { _ in
                GradientBatch(input: input, outputGradient: outputGradient, samples: test.samples, scale: 0.5)
            }
            let stored = Set(test.positions)
            let dense = denseGradient(test, input, outputGradient)
            let scale = 0.5 * Double(batches.count)
            let free = dense.sum.indices.filter { !stored.contains($0) }
            let count = 1 + random.next(below: max(1, free.count))
            let found = try test.matrix.largestGradients(
                of: DenseGradient(batches), count: count, alsoEligible: [], workers: Workers(threads: 1 + round % 3))
            #expect(found.count == min(count, free.count))
            let positions = found.map(\.position)
            #expect(positions == positions.sorted() && stored.isDisjoint(with: positions))
            for one in found {
                let expected = scale * abs(dense.sum[one.position])
                #expect(abs(Double(one.score) - expected) <= 1e-5 * dense.scale[one.position], "\(test.label)")
            }
            // What was left out is no larger than what was chosen.
            let smallest = found.map(\.score).min() ?? 0
            let chosen = Set(positions)
            for position in free where !chosen.contains(position) {
                #expect(scale * abs(dense.sum[position]) <= Double(smallest) + 1e-5 * dense.scale[position])
            }
            let some = free.prefix(5).map { $0 }
            for (position, value) in zip(
                some, test.matrix.denseGradient(of: DenseGradient(batches), at: some, workers: Workers(threads: 2)))
            {
                #expect(abs(Double(value) - scale * dense.sum[position]) <= 1e-5 * dense.scale[position])
            }
        }
    }

    /// The score of a block is the sum of the absolute gradients in it.
    @Test(arguments: ["block4", "block8"])
    func growthFindsTheLargestBlocks(format: String) throws {
        let format = try #require(MatrixFormat(format))
        var random = CounterRandom(seed: 87, purpose: .test)
        for round in 0..<20 {
            let test = try ConvolutionCase(&random, format: format)
            let (input, outputGradient) = (test.input(&random), test.outputGradient(&random))
            let batch = GradientBatch(input: input, outputGradient: outputGradient, samples: test.samples)
            let dense = denseGradient(test, input, outputGradient)
            let (g, matrix) = (test.matrix.geometry, test.matrix)
            var (scores, scales) = ([Double](repeating: 0, count: matrix.positionCount), [0.0])
            scales = scores
            for position in dense.sum.indices {
                let (row, rest) = position.quotientAndRemainder(dividingBy: g.columns)
                let (channel, element) = rest.quotientAndRemainder(dividingBy: g.kernelElements)
                let column = element * g.inputChannels + channel
                let unit = row / matrix.unitRows * (g.columns / matrix.unitRows) + column / matrix.unitRows
                scores[unit] += abs(dense.sum[position])
                scales[unit] += dense.scale[position]
            }
            let stored = Set(matrix.storedPositions())
            let free = scores.indices.filter { !stored.contains($0) }
            let count = 1 + random.next(below: max(1, free.count))
            let found = try matrix.largestGradients(
                of: [batch], count: count, alsoEligible: [], workers: Workers(threads: 1 + round % 3))
            #expect(found.count == min(count, free.count))
            for one in found {
                #expect(abs(Double(one.score) - scores[one.position]) <= 1e-5 * scales[one.position], "\(test.label)")
            }
            let (smallest, chosen) = (found.map(\.score).min() ?? 0, Set(found.map(\.position)))
            for position in free where !chosen.contains(position) {
                #expect(scores[position] <= Double(smallest) + 1e-5 * scales[position])
            }
            let gradient = matrix.denseGradient(
                of: [batch], at: found.map(\.position), workers: Workers(threads: 1 + round % 3))
            let side = matrix.unitRows
            for (i, value) in gradient.enumerated() {
                let unit = found[i / (side * side)].position
                let row = unit / (g.columns / side) * side + i % (side * side) / side
                let (element, channel) = (unit % (g.columns / side) * side + i % side)
                    .quotientAndRemainder(dividingBy: g.inputChannels)
                let position = row * g.columns + channel * g.kernelElements + element
                let expected = row < g.rows ? dense.sum[position] : 0
                #expect(abs(Double(value) - expected) <= 1e-5 * (row < g.rows ? dense.scale[position] : 1))
            }
        }
    }

    /// Changed blocks compute as a convolution made anew from the same blocks.
    @Test(arguments: ["block4", "block8", "block16"])
    func changesMoveBlocks(format: String) throws {
        let format = try #require(MatrixFormat(format))
        var random = CounterRandom(seed: 88, purpose: .test)
        for _ in 0..<20 {
            let test = try ConvolutionCase(&random, format: format)
            let matrix = test.matrix
            let before = matrix.storedPositions()
            let dropped = before.filter { _ in random.next(below: 3) == 0 }
            let kept = Set(before).subtracting(dropped)
            let grown = (0..<matrix.positionCount).filter { !kept.contains($0) && random.next(below: 4) == 0 }
            try matrix.apply(
                TopologyChange(dropped: dropped, grown: grown),
                workers: Workers(threads: 2))
            let rows = try BlockSparseMatrix(
                rows: matrix.rows, columns: matrix.columns, side: matrix.unitRows, positions: matrix.storedPositions())
            rows.setElements(of: .values, to: matrix.elements(of: .values))
            let fresh = try test.geometry.store(
                rows, inputHalo: matrix.inputHalo, gradientHalo: matrix.gradientHalo)
            let (input, gradient) = (test.input(&random), test.outputGradient(&random))
            var results: [[[Float]]] = []
            for one in [matrix as any ConvolutionWeights, fresh] {
                let (output, back) = (test.outputGradient(&random), test.input(&random))
                let all = 0..<input.panelCount
                one.forward(input, into: output, bias: nil, relu: false, panels: all, part: .whole)
                one.inputGradient(gradient, into: back, panels: all, part: .whole)
                one.weightGradient(input: input, outputGradient: gradient, panels: all, part: .whole)
                results.append([output.buffer.array, back.buffer.array, one.elements(of: .gradient)])
            }
            #expect(results[0] == results[1], "\(test.label)")
        }
    }

    /// Weights that were made for a convolution are put where it is, not copied, whatever became of them before: they then
    /// compute as those that knew their place from the start.
    @Test func weightsArePutIntoPlace() throws {
        var random = CounterRandom(seed: 112, purpose: .test)
        for round in 0..<30 {
            let test = try ConvolutionCase(&random)
            let g = test.geometry
            let all = Array(0..<g.rows * g.columns)
            let full = round % 3 == 0 && g.groups > 1
            let positions = full ? all : test.positions
            let made = try (full ? MatrixFormat.dense : .csr).make(
                rows: g.rows, columns: g.columns, positions: positions,
                values: positions.map { _ in Float(random.nextUnit()) }, convolution: g)
            #expect(made.convolution == g && made.format == "csr")
            let change = TopologyChange(
                dropped: positions.filter { _ in random.next(below: 3) == 0 },
                grown: all.filter { !Set(positions).contains($0) && random.next(below: 4) == 0 })
            try made.apply(change, workers: Workers(threads: 1))
            let placed = try g.store(
                made, inputHalo: test.matrix.inputHalo, gradientHalo: test.matrix.gradientHalo)
            #expect(placed === made)
            let fresh = try ConvolutionMatrix(
                g, inputHalo: placed.inputHalo, gradientHalo: placed.gradientHalo, positions: made.storedPositions(),
                values: made.elements(of: .values))
            let (input, gradient) = (test.input(&random), test.outputGradient(&random))
            var results: [[[Float]]] = []
            for one in [placed, fresh] as [any ConvolutionWeights] {
                let (output, back) = (test.outputGradient(&random), test.input(&random))
                let panels = 0..<input.panelCount
                one.forward(input, into: output, bias: nil, relu: false, panels: panels, part: .whole)
                one.inputGradient(gradient, into: back, panels: panels, part: .whole)
                one.weightGradient(input: input, outputGradient: gradient, panels: panels, part: .whole)
                results.append([output.buffer.array, back.buffer.array, one.elements(of: .gradient)])
            }
            #expect(results[0] == results[1], "\(test.label)")
        }
        #expect(throws: StoreError.self) {
            let g = ConvolutionGeometry(
                inputChannels: 2, inputRows: 3, inputColumns: 3, outputChannels: 2, kernelRows: 1, kernelColumns: 1)
            return try MatrixFormat.csr.make(rows: 2, columns: 3, positions: [], convolution: g)
        }
    }

    /// A changed convolution computes as one made anew from the same weights.
    @Test func changesMoveEverything() throws {
        var random = CounterRandom(seed: 86, purpose: .test)
        for _ in 0..<40 {
            let test = try ConvolutionCase(&random)
            let matrix = test.matrix
            matrix.stored.reserveStates([.momentum])
            for i in 0..<matrix.storedCount { matrix.stored[.state(.momentum)][i] = Float(i) + 1 }
            let reference = ReferenceMatrix(
                rows: matrix.rows, columns: matrix.columns, positions: test.positions, values: matrix.values.array)
            reference.stored.reserveStates([.momentum])
            for i in 0..<reference.storedCount { reference.stored[.state(.momentum)][i] = Float(i) + 1 }
            let stored = Set(test.positions)
            let dropped = test.positions.filter { _ in random.next(below: 3) == 0 }
            let grown = (0..<matrix.positionCount).filter { !stored.contains($0) && random.next(below: 4) == 0 }
            let change = TopologyChange(
                dropped: dropped, grown: grown, grownValues: grown.map { Float($0) },
                grownStates: [.momentum: grown.map { Float(-$0) }])
            try matrix.apply(change, workers: Workers(threads: 2))
            try reference.apply(change, workers: Workers(threads: 1))
            #expect(matrix.storedPositions() == reference.storedPositions())
            for array in [ParallelArray.values, .state(.momentum)] {
                #expect(matrix.storedScores(of: array) == reference.storedScores(of: array))
            }
            let fresh = try ConvolutionMatrix(
                test.geometry, inputHalo: matrix.inputHalo, gradientHalo: matrix.gradientHalo,
                positions: matrix.storedPositions(), values: matrix.values.array)
            let input = test.input(&random)
            let outputs = [matrix, fresh].map { (matrix: any StoredConvolution) in
                let output = test.outputGradient(&random)
                matrix.forward(
                    input, into: output, bias: nil, relu: false, panels: 0..<input.panelCount, part: .whole)
                return output.buffer.array
            }
            #expect(outputs[0] == outputs[1])
        }
    }

    @Test func refusesWrongPositions() throws {
        let geometry = ConvolutionGeometry(
            inputChannels: 2, inputRows: 4, inputColumns: 4, outputChannels: 3, kernelRows: 3, kernelColumns: 3)
        #expect(throws: StoreError.self) { try ConvolutionMatrix(geometry, positions: [54]) }
        #expect(throws: StoreError.self) { try ConvolutionMatrix(geometry, positions: [3, 2]) }
        #expect(throws: StoreError.self) { try ConvolutionMatrix(geometry, positions: [1, 2], values: [1]) }
        let matrix = try ConvolutionMatrix(geometry, positions: [1, 2])
        #expect(throws: StoreError.self) {
            try matrix.apply(TopologyChange(dropped: [3]), workers: Workers(threads: 1))
        }
        #expect(matrix.storedPositions() == [1, 2])
    }

    /// Whether the matrix has the gradient of each weight; records the first that it has not.
    private func hasWeightGradient(
        _ test: ConvolutionCase, _ input: Panels, _ outputGradient: Panels, _ isa: String
    ) -> Bool {
        let expected = denseGradient(test, input, outputGradient)
        for (place, position) in zip(test.places, test.positions) {
            let found = test.matrix.gradient[place]
            if !expected.isClose(found, at: position) {
                Issue.record("\(isa) \(test.label): weight \(position): \(found), not \(expected.sum[position])")
                return false
            }
        }
        return true
    }

    /// Whether `gradient` is that of the input, added to what it held `before` if that is given; records the first element
    /// that is not.
    private func isInputGradient(
        _ gradient: Panels, _ test: ConvolutionCase, _ outputGradient: Panels, addedTo before: [Float]?, _ isa: String
    ) -> Bool {
        for sample in compared(test.samples) {
            let expected = inputGradient(test, outputGradient, sample, addedTo: before, in: gradient)
            for index in expected.sum.indices {
                let (channel, pixel) = index.quotientAndRemainder(dividingBy: gradient.rows * gradient.columns)
                let found = gradient[sample, channel, pixel / gradient.columns, pixel % gradient.columns]
                if !expected.isClose(found, at: index) {
                    Issue.record("\(isa) \(test.label): input \(index) is \(found), not \(expected.sum[index])")
                    return false
                }
            }
        }
        return true
    }

    /// The gradient of one sample's input, added to what `panels` held `before` if that is given.
    private func inputGradient(
        _ test: ConvolutionCase, _ outputGradient: Panels, _ sample: Int, addedTo before: [Float]?, in panels: Panels
    ) -> Sums {
        var expected = Sums(count: panels.channels * panels.rows * panels.columns)
        test.visit { out, to, position in
            expected.add(
                test.weights[position] * Double(outputGradient[sample, out.c, out.y, out.x]),
                at: (to.c * panels.rows + to.y) * panels.columns + to.x)
        }
        guard let before else { return expected }
        for index in expected.sum.indices {
            let (channel, pixel) = index.quotientAndRemainder(dividingBy: panels.rows * panels.columns)
            let place = panels.offset(
                panel: sample / 32, channel: channel, row: pixel / panels.columns, column: pixel % panels.columns)
            expected.sum[index] += Double(before[place + sample % 32])
        }
        return expected
    }

    private func denseGradient(_ test: ConvolutionCase, _ input: Panels, _ outputGradient: Panels) -> Sums {
        var expected = Sums(count: test.weights.count)
        for sample in 0..<test.samples {
            test.visit { out, from, position in
                expected.add(
                    Double(input[sample, from.c, from.y, from.x])
                        * Double(outputGradient[sample, out.c, out.y, out.x]), at: position)
            }
        }
        return expected
    }

    /// The border, and lanes past the samples of it, must still be zero.
    private func expectZeroBorder(_ panels: Panels, _ label: String) {
        let columns = panels.columns + 2 * panels.halo
        for (index, value) in panels.buffer.array.enumerated() where value != 0 {
            let pixel = index % panels.panelStride % panels.mapStride / Panels.lanes
            let (row, column) = (pixel / columns - panels.halo, pixel % columns - panels.halo)
            if row < 0 || row >= panels.rows || column < 0 || column >= panels.columns {
                Issue.record("\(label): the border has \(value) at \(row), \(column)")
                return
            }
        }
    }
}
