import TestSupport
import Testing

@testable import SparseStore

/// Products that use a part of the stored weights, beside a matrix that stores that part only.
struct ForwardSetTests {
    private func fill(_ panels: Panels, _ random: inout CounterRandom) {
        for index in 0..<panels.buffer.count { panels.buffer[index] = Float(random.nextUnit() - 0.5) }
    }

    @Test func productsUseTheSetAndGradientsAllWeights() throws {
        var random = CounterRandom(seed: 1, purpose: .test)
        for (rows, columns, stored, used) in [(7, 9, 30, 11), (300, 270, 9000, 4000), (5, 5, 25, 0), (4, 6, 8, 8)] {
            let positions = Sampling.distinct(stored, below: rows * columns, random: &random)
            let chosen = Sampling.distinct(used, below: stored, random: &random).map { positions[$0] }
            let values = positions.map { _ in Float(random.nextUnit() - 0.5) }
            let matrix = try CSRMatrix(rows: rows, columns: columns, positions: positions, values: values)
            let whole = try CSRMatrix(rows: rows, columns: columns, positions: positions, values: values)
            let value = Dictionary(uniqueKeysWithValues: zip(positions, values))
            let part = try CSRMatrix(
                rows: rows, columns: columns, positions: chosen, values: chosen.map { 2 * (value[$0] ?? 0) })
            try matrix.useForward(chosen, penalty: 0.5)
            #expect(matrix.forwardSet?.positions == chosen)
            #expect(matrix.storedPositions() == positions)
            for index in 0..<matrix.values.count { matrix.values[index] *= 2 }
            matrix.forwardSet?.refresh(from: matrix.values)

            let (x, dy) = (Panels(channels: columns, samples: 40), Panels(channels: rows, samples: 40))
            fill(x, &random)
            fill(dy, &random)
            let (y, yPart) = (Panels(channels: rows, samples: 40), Panels(channels: rows, samples: 40))
            matrix.forward(x, into: y, bias: nil, relu: false, panels: 0..<2, part: .whole)
            part.forward(x, into: yPart, bias: nil, relu: false, panels: 0..<2, part: .whole)
            #expect(y.buffer.array == yPart.buffer.array)
            let (dx, dxPart) = (Panels(channels: columns, samples: 40), Panels(channels: columns, samples: 40))
            for index in 0..<3 {
                matrix.inputGradient(dy, into: dx, panels: 0..<2, part: Part(index, of: 3))
                part.inputGradient(dy, into: dxPart, panels: 0..<2, part: Part(index, of: 3))
            }
            #expect(dx.buffer.array == dxPart.buffer.array)

            for target in [matrix, whole] {
                target.weightGradient(input: x, outputGradient: dy, panels: 0..<2, part: .whole)
            }
            #expect(matrix.gradient.array == whole.gradient.array)
            matrix.forwardSet?.addPenalty(to: matrix.stored, range: 0..<stored)
            let density = Float(max(used, 1)) / Float(rows * columns)
            let isUsed = Set(chosen)
            for (position, (sum, (plain, weight))) in zip(
                positions,
                zip(
                    matrix.storedScores(of: .gradient),
                    zip(whole.storedScores(of: .gradient), matrix.storedScores(of: .values))))
            {
                let pull: Float = isUsed.contains(position) ? 0.5 : 0.5 / density
                #expect(abs(sum - (plain + pull * weight)) <= 1e-4 * (1 + abs(pull * weight)))
            }
            try matrix.apply(TopologyChange(dropped: [positions[0]], grown: []), workers: Workers(threads: 1))
            #expect(matrix.forwardSet == nil)
        }
    }

    @Test func convolutionsToo() throws {
        var random = CounterRandom(seed: 2, purpose: .test)
        let geometry = ConvolutionGeometry(
            inputChannels: 3, inputRows: 6, inputColumns: 5, outputChannels: 4, kernelRows: 3, kernelColumns: 3,
            stride: 2, padding: 1)
        let positions = Sampling.distinct(50, below: geometry.rows * geometry.columns, random: &random)
        let chosen = Sampling.distinct(20, below: 50, random: &random).map { positions[$0] }
        let values = positions.map { _ in Float(random.nextUnit() - 0.5) }
        let value = Dictionary(uniqueKeysWithValues: zip(positions, values))
        let matrix = try ConvolutionMatrix(geometry, positions: positions, values: values)
        let part = try ConvolutionMatrix(geometry, positions: chosen, values: chosen.map { value[$0] ?? 0 })
        try matrix.useForward(chosen, penalty: 0)
        func maps(_ channels: Int, _ rows: Int, _ columns: Int, _ halo: Int) -> Panels {
            Panels(channels: channels, rows: rows, columns: columns, halo: halo, samples: 32)
        }
        let x = maps(3, 6, 5, matrix.inputHalo)
        for sample in 0..<32 {
            for channel in 0..<3 {
                for pixel in 0..<30 { x[sample, channel, pixel / 5, pixel % 5] = Float(random.nextUnit() - 0.5) }
            }
        }
        let (rows, columns) = (geometry.outputRows, geometry.outputColumns)
        let (y, yPart) = (maps(4, rows, columns, 0), maps(4, rows, columns, 0))
        matrix.forward(x, into: y, bias: nil, relu: false, panels: 0..<1, part: .whole)
        part.forward(x, into: yPart, bias: nil, relu: false, panels: 0..<1, part: .whole)
        #expect(y.buffer.array == yPart.buffer.array && y.buffer.array.contains { $0 != 0 })
    }

    /// Blocks: the products are those of a matrix of the set's blocks, the penalty reaches every weight.
    @Test(arguments: [4, 8, 16]) func blocksOfTheSet(side: Int) throws {
        var random = CounterRandom(seed: 6, purpose: .test)
        let (rows, columns) = (37, 50)
        let format = MatrixFormat.block(side)
        let units = format.positionCount(rows: rows, columns: columns)
        let stored = Sampling.distinct(units * 2 / 3, below: units, random: &random)
        let chosen = Sampling.distinct(stored.count / 2, below: stored.count, random: &random).map { stored[$0] }
        let weights = format.weightPositions(ofUnits: stored, rows: rows, columns: columns)
        let values = weights.map { _ in Float(random.nextUnit() - 0.5) }
        let matrix = try format.make(rows: rows, columns: columns, positions: stored, values: values)
        let whole = Dictionary(uniqueKeysWithValues: zip(weights, values))
        let part = try format.make(
            rows: rows, columns: columns, positions: chosen,
            values: format.weightPositions(ofUnits: chosen, rows: rows, columns: columns).map { whole[$0] ?? .nan })
        try matrix.useForward(chosen, penalty: 0.5)
        #expect(matrix.forwardSet?.positions == chosen)

        let (x, y, z) = (
            Panels(channels: columns, samples: 40), Panels(channels: rows, samples: 40),
            Panels(channels: rows, samples: 40)
        )
        for i in 0..<x.buffer.count { x.buffer[i] = Float(random.nextUnit() - 0.5) }
        matrix.forward(x, into: y, bias: nil, relu: false, panels: 0..<2, part: .whole)
        part.forward(x, into: z, bias: nil, relu: false, panels: 0..<2, part: .whole)
        #expect(y.buffer.array == z.buffer.array && y.buffer.array.contains { $0 != 0 })
        let (back, backPart) = (Panels(channels: columns, samples: 40), Panels(channels: columns, samples: 40))
        matrix.inputGradient(y, into: back, panels: 0..<2, part: .whole)
        part.inputGradient(y, into: backPart, panels: 0..<2, part: .whole)
        #expect(back.buffer.array == backPart.buffer.array && back.buffer.array.contains { $0 != 0 })

        matrix.forwardSet?.addPenalty(to: matrix.stored, range: 0..<matrix.values.count)
        let density = Float(chosen.count) / Float(units)
        let isChosen = Set(chosen)
        for (unit, start) in zip(matrix.storedPositions(), matrix.storeIndices()) {
            let factor = isChosen.contains(unit) ? 0.5 : 0.5 / density
            for i in start..<start + side * side { #expect(matrix.gradient[i] == factor * matrix.values[i]) }
        }
        try matrix.apply(TopologyChange(dropped: [stored[0]]), workers: Workers(threads: 1))
        #expect(matrix.forwardSet == nil)
    }

    @Test func refusals() throws {
        let matrix = try CSRMatrix(rows: 3, columns: 4, positions: [1, 5, 7])
        for positions in [[0], [5, 1], [1, 1], [12]] {
            #expect(throws: StoreError.self) { try matrix.useForward(positions, penalty: 0) }
        }
        let dense = try MatrixFormat.dense.make(rows: 8, columns: 8, positions: Array(0..<64))
        #expect(throws: StoreError.self) { try dense.useForward([0], penalty: 0) }
    }

    /// The largest of a field of normal numbers, however the work is cut and wherever the floor is.
    @Test(arguments: [1, 7]) func largestOfAField(threads: Int) {
        let field = NormalField(CounterRandom(seed: 4, purpose: .test), deviation: 0.3)
        var random = CounterRandom(seed: 5, purpose: .test)
        for (population, count) in [(10, 3), (200_000, 500), (70_000, 70_000), (1, 1), (5, 0)] {
            let excluded = Sampling.distinct(population / 10, below: population, random: &random)
            let isExcluded = Set(excluded)
            for floor in [Float(0), 0.31] {
                let all = (0..<population).filter { !isExcluded.contains($0) }
                    .map { ScoredPosition(position: $0, score: field.value(at: $0).magnitude) }
                    .filter { $0.score >= floor }
                    .sorted { ($1.score, $0.position) < ($0.score, $1.position) }
                let found = InitialUnits(field, rows: 1, columns: population).largest(
                    count, in: 0..<population, excluding: excluded, notBelow: floor,
                    workers: Workers(threads: threads, parts: threads))
                #expect(found == all.prefix(count).sorted { $0.position < $1.position })
            }
        }
    }
}
