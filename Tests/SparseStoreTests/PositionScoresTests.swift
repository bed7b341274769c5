import Testing

@testable import SparseStore

/// Scores of generated weights and streamed gradients, against all of them sorted.
@Suite struct PositionScoresTests {
    @Test func equalsADenseSelection() throws {
        var random = CounterRandom(seed: 82, purpose: .test)
        for round in 0..<40 {
            let (rows, columns) = (1 + random.next(below: 150), 1 + random.next(below: 150))
            let samples = [1, 31, 33, 64][round % 4]
            let field = NormalField(CounterRandom(seed: 82, purpose: .initialValues, layer: round), deviation: 1)
            let batch = GradientBatch(
                input: CSRProductTests.randomPanels(columns, samples, &random),
                outputGradient: CSRProductTests.randomPanels(rows, samples, &random), samples: samples)
            var scores: [Double] = []
            for row in 0..<rows {
                for column in 0..<columns {
                    let gradient = (0..<samples).reduce(0.0) {
                        $0 + Double(batch.outputGradient[$1, row]) * Double(batch.input[$1, column])
                    }
                    scores.append(abs(gradient * Double(field.value(at: row * columns + column))))
                }
            }
            let count = random.next(below: rows * columns + 2)
            let matrix = try CSRMatrix(rows: rows, columns: columns, positions: [])
            let found = try matrix.largestScores(
                count, of: [batch], field: field, workers: Workers(threads: 1 + round % 3)
            ) { abs($0 * $1) }
            let sorted = scores.indices.sorted { scores[$0] > scores[$1] }
            #expect(found.count == min(count, rows * columns))
            #expect(found.map(\.position) == found.map(\.position).sorted())
            let different = Set(found.map(\.position)).symmetricDifference(sorted.prefix(count))
            // Neighbours in the order may change places, where rounding does.
            #expect(different.count <= 2, "\(rows)x\(columns), \(count)")
            for item in found { #expect(abs(Double(item.score) - scores[item.position]) < 1e-3) }
            guard let least = found.map(\.score).min() else { continue }
            let above = try matrix.largestScores(
                count, notBelow: least.nextUp, of: [batch], field: field, workers: Workers(threads: 2)
            ) { abs($0 * $1) }
            #expect(above == found.filter { $0.score > least })
        }
    }

    @Test func whatIsNotFiniteIsFound() throws {
        let matrix = try CSRMatrix(rows: 70, columns: 40, positions: [])
        let (input, gradient) = (Panels(channels: 40, samples: 2), Panels(channels: 70, samples: 2))
        (input[1, 7], gradient[1, 60]) = (.infinity, 1)
        let field = NormalField(CounterRandom(seed: 1, purpose: .initialValues), deviation: 1)
        // Infinity times the 0 of the other rows is no number either: the first of the column is named.
        #expect(throws: StoreError.nonFiniteGradient(position: 7)) {
            try matrix.largestScores(
                5, of: [GradientBatch(input: input, outputGradient: gradient, samples: 2)], field: field,
                workers: Workers(threads: 1)
            ) { abs($0 * $1) }
        }
    }

    @Test func layersCompete() {
        var random = CounterRandom(seed: 83, purpose: .test)
        for round in 0..<100 {
            let sizes = (0..<1 + random.next(below: 5)).map { _ in 1 + random.next(below: 60) }
            // Few different scores: many are equal.
            let scores = sizes.map { size in (0..<size).map { _ in Float(random.next(below: 4 + round)) } }
            let count = random.next(below: sizes.reduce(0, +) + 3)
            var best = BestPositions(count)
            for layer in sizes.indices {
                let open = scores[layer].enumerated().filter { $0.element >= best.floor }
                best.add(open.map { ScoredPosition(position: $0.offset, score: $0.element) }, of: sizes[layer])
            }
            let all = sizes.indices.flatMap { layer in sizes[layer] == 0 ? [] : (0..<sizes[layer]).map { (layer, $0) } }
            let ranked = all.sorted { a, b in
                let (x, y) = (scores[a.0][a.1], scores[b.0][b.1])
                return x != y ? x > y : a < b
            }.prefix(count)
            let wanted = sizes.indices.map { layer in ranked.filter { $0.0 == layer }.map(\.1).sorted() }
            #expect(best.positions == wanted)
            #expect(best.foundCount == ranked.count)
        }
    }
}
