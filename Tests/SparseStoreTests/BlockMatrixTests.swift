import Testing

@testable import SparseStore

@Suite struct BlockMatrixTests {
    /// A block's true weights, by its position.
    private func contents(_ matrix: BlockSparseMatrix, _ array: ParallelArray) -> [Int: [Float]] {
        var blocks: [Int: [Float]] = [:]
        let source = matrix.stored[array]
        for position in matrix.storedPositions() { blocks[position] = [] }
        matrix.forEachRun { run in
            let position = run.row / matrix.unitRows * matrix.shape.gridColumns + run.firstColumn / matrix.unitColumns
            blocks[position]?.append(contentsOf: run.store.map { source[$0] })
        }
        return blocks
    }

    /// Random changes against a dictionary of blocks; values, states and structure must follow.
    @Test func changesAgreeWithADictionary() throws {
        var random = CounterRandom(seed: 51, purpose: .test)
        for round in 0..<60 {
            let side = BlockShape.sides[round % 3]
            let wide = round % 10 == 0
            let (rows, columns) = (1 + random.next(below: wide ? 12 : 80), 1 + random.next(below: wide ? 2500 : 80))
            let density = [0.0, 0.1, 0.4, 1][random.next(below: 4)]
            let (matrix, _) = try BlockProductTests.randomMatrix(
                rows, columns, side: side, density: density, &random)
            matrix.stored.reserveStates([.momentum])
            for i in 0..<matrix.values.count { matrix.stored[.state(.momentum)][i] = matrix.values[i] * 2 }
            #expect(matrix.brokenInvariant() == nil)
            var expected = contents(matrix, .values)
            var expectedState = contents(matrix, .state(.momentum))
            for _ in 0..<3 {
                let dropped = expected.keys.sorted().filter { _ in random.next(below: 4) == 0 }
                let free = (0..<matrix.positionCount).filter { expected[$0] == nil }
                // Some of the dropped return with fresh values, and the count may change.
                let grown =
                    (free.filter { _ in random.next(below: 6) == 0 }
                    + dropped.filter { _ in random.next(below: 5) == 0 }).sorted()
                let fresh = random.next(below: 2) == 0 ? [] : CSRProductTests.randomValues(grown.count, &random)
                // One value for each weight, padding included.
                let area = side * side
                let freshState =
                    random.next(below: 2) == 0 ? [] : CSRProductTests.randomValues(grown.count * area, &random)
                try matrix.apply(
                    TopologyChange(
                        dropped: dropped, grown: grown, grownValues: fresh, grownStates: [.momentum: freshState]),
                    workers: Workers(threads: 1 + random.next(below: 3)))
                #expect(matrix.brokenInvariant() == nil)
                for position in dropped {
                    expected[position] = nil
                    expectedState[position] = nil
                }
                for (i, position) in grown.enumerated() {
                    let height = matrix.shape.height(ofGridRow: position / matrix.shape.gridColumns)
                    let width = matrix.shape.width(ofGridColumn: position % matrix.shape.gridColumns)
                    expected[position] = [Float](repeating: fresh.isEmpty ? 0 : fresh[i], count: height * width)
                    expectedState[position] = (0..<height * width).map { k in
                        freshState.isEmpty ? 0 : freshState[i * area + k / width * side + k % width]
                    }
                }
                #expect(matrix.storedPositions() == expected.keys.sorted())
                #expect(contents(matrix, .values) == expected)
                #expect(contents(matrix, .state(.momentum)) == expectedState)
                #expect(matrix.storedWeights == expected.values.reduce(0) { $0 + $1.count })
                for (score, position) in zip(matrix.storedScores(of: .values), expected.keys.sorted()) {
                    let wanted = (expected[position] ?? []).reduce(0.0) { $0 + Double($1.magnitude) }
                    #expect(abs(Double(score) - wanted) <= 1e-5 * (1 + wanted))
                }
            }
        }
    }

    @Test func refusesWhatIsNoMatrix() {
        #expect(throws: StoreError.invalidShape(rows: 0, columns: 3)) {
            try BlockSparseMatrix(rows: 0, columns: 3, side: 8, positions: [])
        }
        for side in [-8, 0, 1, 5, 32] {
            #expect(throws: StoreError.self) { try BlockSparseMatrix(rows: 9, columns: 9, side: side, positions: []) }
        }
        for positions in [[1, 1], [2, 1], [4], [-1]] {
            #expect(throws: StoreError.self) {
                try BlockSparseMatrix(rows: 9, columns: 9, side: 8, positions: positions)
            }
        }
        #expect(throws: StoreError.self) {
            try BlockSparseMatrix(rows: 9, columns: 9, side: 8, positions: [3], values: [1, 2])
        }
        #expect(throws: StoreError.self) {
            try BlockSparseMatrix(rows: 1 << 40, columns: 1 << 40, side: 8, positions: [])
        }
    }

    @Test func refusesChangesThatDoNotFit() throws {
        let matrix = try BlockSparseMatrix(rows: 10, columns: 20, side: 4, positions: [1, 7, 14])
        matrix.values.fill(2)
        let wrong = [
            TopologyChange(dropped: [2]), TopologyChange(grown: [7]), TopologyChange(dropped: [7, 1]),
            TopologyChange(grown: [15]), TopologyChange(grown: [3, 3]), TopologyChange(dropped: [-1]),
            TopologyChange(grown: [3], grownValues: [1, 2]), TopologyChange(grown: [3], grownStates: [.momentum: [1]]),
        ]
        for change in wrong {
            #expect(throws: StoreError.self) { try matrix.apply(change, workers: Workers(threads: 1)) }
            #expect(matrix.storedPositions() == [1, 7, 14])
            #expect(matrix.values.array.allSatisfy { $0 == 2 })
        }
    }
}
