import Testing

@testable import SparseStore

@Suite struct CSRMatrixTests {
    /// Random changes against a dictionary of positions; values, states and structure must follow.
    @Test func changesAgreeWithADictionary() throws {
        var random = CounterRandom(seed: 21, purpose: .test)
        for round in 0..<120 {
            let rows = 1 + random.next(below: round < 100 ? 40 : 700)
            let columns = 1 + random.next(below: round < 100 ? 40 : 300)
            let density = [0.0, 0.05, 0.3, 1][random.next(below: 4)]
            let positions = (0..<rows * columns).filter { _ in random.nextUnit() < density }
            let values = CSRProductTests.randomValues(positions.count, &random)
            let matrix = try CSRMatrix(rows: rows, columns: columns, positions: positions, values: values)
            matrix.stored.reserveStates([.momentum])
            #expect(matrix.brokenInvariant() == nil)
            #expect(matrix.storedPositions() == positions)
            #expect(matrix.storedScores(of: .values) == values)
            for i in 0..<matrix.storedCount { matrix.stored[.state(.momentum)][i] = matrix.values[i] * 2 }

            var expected = Dictionary(uniqueKeysWithValues: zip(positions, values))
            var expectedState = expected.mapValues { $0 * 2 }
            for _ in 0..<3 {
                let stored = expected.keys.sorted()
                let dropped = stored.filter { _ in random.next(below: 4) == 0 }
                let free = (0..<rows * columns).filter { expected[$0] == nil }
                // Some of the dropped return with fresh values, and the count may change.
                let grown =
                    (free.filter { _ in random.next(below: 6) == 0 }
                    + dropped.filter { _ in random.next(below: 5) == 0 }).sorted()
                let fresh = random.next(below: 2) == 0 ? [] : CSRProductTests.randomValues(grown.count, &random)
                let freshState = random.next(below: 2) == 0 ? [] : CSRProductTests.randomValues(grown.count, &random)
                try matrix.apply(
                    TopologyChange(
                        dropped: dropped, grown: grown, grownValues: fresh, grownStates: [.momentum: freshState]),
                    workers: Workers(threads: 1 + random.next(below: 3)))
                for position in dropped {
                    expected[position] = nil
                    expectedState[position] = nil
                }
                for (i, position) in grown.enumerated() {
                    expected[position] = fresh.isEmpty ? 0 : fresh[i]
                    expectedState[position] = freshState.isEmpty ? 0 : freshState[i]
                }
                let order = expected.keys.sorted()
                #expect(matrix.brokenInvariant() == nil)
                #expect(matrix.storedPositions() == order)
                #expect(matrix.storedScores(of: .values) == order.map { expected[$0] ?? .nan })
                #expect(matrix.storedScores(of: .state(.momentum)) == order.map { expectedState[$0] ?? .nan })
            }
        }
    }

    /// From compressed rows as from positions.
    @Test func compressedRowsMakeTheSameMatrix() throws {
        var random = CounterRandom(seed: 23, purpose: .test)
        for (rows, columns, density) in [(300, 200, 0.1), (1, 5, 1), (700, 3, 0.01), (4, 4, 0)] {
            let positions = (0..<rows * columns).filter { _ in random.nextUnit() < density }
            let starts = (0...rows).map { row in positions.count { $0 < row * columns } }
            let indices = AlignedBuffer(positions.map { UInt32($0 % columns) })
            let matrix = try CSRMatrix(rows: rows, columns: columns, starts: starts, columnIndices: indices)
            #expect(matrix.brokenInvariant() == nil)
            #expect(matrix.storedPositions() == positions)
            #expect(matrix.values.array.allSatisfy { $0 == 0 })
            let other = try CSRMatrix(rows: rows, columns: columns, positions: positions)
            #expect(matrix.layout.columnIndices.array == other.layout.columnIndices.array)
            #expect(matrix.layout.places.array == other.layout.places.array)
        }
    }

    @Test(arguments: [
        ([0, 1, 3], [1, 0, 2] as [UInt32]), ([0, 2, 1], [0]), ([0, 2], [0, 1]), ([1, 2, 3], [0, 1, 2]),
        ([0, 1, 4], [0, 1, 2]), ([0, 2, 3], [1, 0, 2]), ([0, 2, 3], [1, 1, 2]), ([0, 1, 3], [0, 1, 4]),
        ([0, 1, 3], [0, 1, .max]), ([0, -1, 3], [0, 1, 2]), ([], []),
    ])
    func damagedRowsAreRefused(starts: [Int], columns: [UInt32]) {
        if starts == [0, 1, 3] && columns == [1, 0, 2] {
            #expect(throws: Never.self) {
                try CSRMatrix(rows: 2, columns: 4, starts: starts, columnIndices: AlignedBuffer(columns))
            }
        } else {
            #expect(throws: StoreError.self) {
                try CSRMatrix(rows: 2, columns: 4, starts: starts, columnIndices: AlignedBuffer(columns))
            }
        }
    }

    /// A layout depends on the topology alone, not on the changes that led to it.
    @Test func layoutIsCanonical() throws {
        var random = CounterRandom(seed: 22, purpose: .test)
        let all = Array(0..<300 * 200)
        let before = all.filter { _ in random.nextUnit() < 0.1 }
        let after = all.filter { _ in random.nextUnit() < 0.1 }
        let changed = try CSRMatrix(rows: 300, columns: 200, positions: before)
        let (a, b) = (Set(before), Set(after))
        try changed.apply(
            TopologyChange(dropped: before.filter { !b.contains($0) }, grown: after.filter { !a.contains($0) }),
            workers: Workers(threads: 2))
        let fresh = try CSRMatrix(rows: 300, columns: 200, positions: after)
        #expect(changed.layout.columnIndices.array == fresh.layout.columnIndices.array)
        #expect(changed.layout.places.array == fresh.layout.places.array)
        #expect(changed.layout.tiling == fresh.layout.tiling)
    }

    /// A tile too full for 16-bit places is cut into smaller ones.
    @Test func crowdedCornerShrinksTheTiles() throws {
        let (rows, columns) = (3000, 3000)
        let positions = (0..<300).flatMap { row in (0..<300).map { row * columns + $0 } }
        let matrix = try CSRMatrix(rows: rows, columns: columns, positions: positions)
        #expect(matrix.brokenInvariant() == nil)
        #expect(matrix.layout.tiling.side < CSRTiling(rows: rows, columns: columns, stored: positions.count).side)
        #expect(matrix.storedPositions() == positions)
    }

    @Test func refusesWhatIsNoMatrix() {
        #expect(throws: StoreError.invalidShape(rows: 0, columns: 3)) {
            try CSRMatrix(rows: 0, columns: 3, positions: [])
        }
        #expect(throws: StoreError.self) { try CSRMatrix(rows: 2, columns: 3, positions: [1, 1]) }
        #expect(throws: StoreError.self) { try CSRMatrix(rows: 2, columns: 3, positions: [2, 1]) }
        #expect(throws: StoreError.self) { try CSRMatrix(rows: 2, columns: 3, positions: [6]) }
        #expect(throws: StoreError.self) { try CSRMatrix(rows: 2, columns: 3, positions: [-1]) }
        #expect(throws: StoreError.self) { try CSRMatrix(rows: 2, columns: 3, positions: [1], values: [1, 2]) }
        #expect(throws: StoreError.self) { try CSRMatrix(rows: 1 << 40, columns: 1 << 40, positions: []) }
    }

    @Test func refusesChangesThatDoNotFit() throws {
        let matrix = try CSRMatrix(rows: 4, columns: 5, positions: [1, 7, 19], values: [1, 2, 3])
        matrix.stored.reserveStates([.momentum])
        let wrong = [
            TopologyChange(dropped: [2]), TopologyChange(grown: [7]), TopologyChange(dropped: [7, 1]),
            TopologyChange(grown: [20]), TopologyChange(grown: [3, 3]),
            TopologyChange(grown: [3], grownValues: [1, 2]),
            TopologyChange(grown: [3], grownStates: [.momentum: [1, 2]]),
            TopologyChange(grown: [3], grownStates: [.secondMoment: [1]]),
            TopologyChange(grown: [3], grownStates: ["age": [1]]),
            // More than a row of tiles holds, all of it elsewhere.
            TopologyChange(dropped: [2, 3, 4], grown: [0]),
        ]
        for change in wrong {
            #expect(throws: StoreError.self) { try matrix.apply(change, workers: Workers(threads: 1)) }
            #expect(matrix.storedPositions() == [1, 7, 19])
            #expect(matrix.storedScores(of: .values) == [1, 2, 3])
        }
    }
}
