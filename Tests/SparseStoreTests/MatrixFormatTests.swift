import Testing

@testable import SparseStore

@Suite struct MatrixFormatTests {
    @Test func namesGoBothWays() {
        #expect(MatrixFormat.all.map(\.description) == ["csr", "block4", "block8", "block16", "dense"])
        for format in MatrixFormat.all { #expect(MatrixFormat(format.description) == format) }
        for name in ["", "CSR", "block", "block5", "block08", "dense "] { #expect(MatrixFormat(name) == nil) }
    }

    /// Whatever the format, the values that went in stand at their positions.
    @Test func makesEachFormat() throws {
        var random = CounterRandom(seed: 81, purpose: .test)
        for format in MatrixFormat.all {
            for _ in 0..<10 {
                let (rows, columns) = (1 + random.next(below: 50), 1 + random.next(below: 50))
                let density = format == .dense ? 1 : 0.3
                let units = (0..<format.positionCount(rows: rows, columns: columns)).filter { _ in
                    random.nextUnit() < density
                }
                let weights = format.weightPositions(ofUnits: units, rows: rows, columns: columns)
                #expect(zip(weights, weights.dropFirst()).allSatisfy { $0 < $1 })
                let values = CSRProductTests.randomValues(weights.count, &random)
                let matrix = try format.make(rows: rows, columns: columns, positions: units, values: values)
                #expect(matrix.format == format.description)
                #expect(matrix.positionCount == format.positionCount(rows: rows, columns: columns))
                #expect(matrix.storedPositions() == units)
                #expect(matrix.storedWeights == weights.count)
                #expect(matrix.unitRows == format.unitSide && matrix.unitColumns == format.unitSide)
                // Column by column, through the product with a unit vector.
                var found: [Int: Float] = [:]
                let input = Panels(channels: columns, samples: columns)
                for column in 0..<columns { input[column, column] = 1 }
                let output = Panels(channels: rows, samples: columns)
                matrix.forward(
                    input, into: output, bias: nil, relu: false, panels: 0..<output.panelCount, part: .whole)
                for row in 0..<rows {
                    for column in 0..<columns where output[column, row] != 0 {
                        found[row * columns + column] = output[column, row]
                    }
                }
                let wanted = Dictionary(uniqueKeysWithValues: zip(weights, values)).filter { $0.value != 0 }
                #expect(found == wanted)
            }
        }
    }

    @Test func refusesAnIncompleteDenseMatrix() {
        #expect(throws: StoreError.self) { try MatrixFormat.dense.make(rows: 2, columns: 2, positions: [0, 1, 3]) }
        #expect(throws: StoreError.self) { try MatrixFormat.block(7).make(rows: 2, columns: 2, positions: []) }
    }
}
