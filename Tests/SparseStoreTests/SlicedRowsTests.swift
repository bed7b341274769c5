import Testing

@testable import SparseStore

/// Products with one vector against plain sums in double precision.
@Suite struct SlicedRowsTests {
    private func check(_ matrix: any SparseMatrix, _ random: inout CounterRandom) throws {
        let (rows, columns) = (matrix.rows, matrix.columns)
        for index in 0..<matrix.values.count { matrix.values[index] = Float(random.nextUnit() * 2 - 1) }
        matrix.valuesHaveChanged()
        let sliced = try SlicedRows(matrix)
        let input = AlignedBuffer((0..<columns).map { _ in Float(random.nextUnit() * 2 - 1) })
        let bias = AlignedBuffer((0...rows).map { _ in Float(random.nextUnit() - 0.5) })
        let output = AlignedBuffer<Float>(count: rows + 1)
        for (bias, relu) in [(nil, false), (bias, false), (bias, true)] {
            output.fill(.nan)
            sliced.multiply(input, bias: bias, relu: relu, into: output)
            var sums = (0..<rows).map { Double(bias?[$0] ?? 0) }
            matrix.forEachStoredWeight { row, column, value in sums[row] += Double(value) * Double(input[column]) }
            for row in 0..<rows {
                let expected = relu ? max(sums[row], 0) : sums[row]
                let allowed = 1e-5 * Double(columns).squareRoot() + 1e-6
                #expect(abs(Double(output[row]) - expected) <= allowed)
            }
        }
        #expect(sliced.byteCount > 0)
    }

    @Test func matchPlainSums() throws {
        var random = CounterRandom(seed: 11, purpose: .test)
        for round in 0..<60 {
            let (rows, columns) = (1 + random.next(below: 70), 1 + random.next(below: 90))
            let format = MatrixFormat.all[round % 4]
            let count = format.positionCount(rows: rows, columns: columns)
            let density = [0, 0.05, 0.3, 1][round / 4 % 4]
            let positions = (0..<count).filter { _ in random.nextUnit() < density }
            try check(try format.make(rows: rows, columns: columns, positions: positions), &random)
        }
    }

    @Test func wideMatricesHaveWideColumns() throws {
        var random = CounterRandom(seed: 12, purpose: .test)
        let columns = 1 << 16 + 40
        let positions = Set((0..<300).map { _ in random.next(below: 3 * columns) }).sorted()
        try check(try CSRMatrix(rows: 3, columns: columns, positions: positions), &random)
    }
}
