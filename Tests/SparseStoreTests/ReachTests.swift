import SparseStore
import TestSupport
import Testing

/// Which rows and columns stored weights connect, in every format.
struct ReachTests {
    @Test(arguments: [MatrixFormat.csr, .block(4)])
    func equalsAWalkOverAllWeights(format: MatrixFormat) throws {
        for trial in 0..<20 {
            var random = CounterRandom(seed: 8, purpose: .test, step: trial)
            let (rows, columns) = (1 + random.next(below: 300), 1 + random.next(below: 300))
            let units = format.positionCount(rows: rows, columns: columns)
            let positions = Sampling.distinct(
                min(units, random.next(below: rows + columns)), below: units, random: &random)
            let matrix = try format.make(rows: rows, columns: columns, positions: positions, values: [])
            let inputs = (0..<columns).map { _ in random.next(below: 3) > 0 }
            let outputs = (0..<rows).map { _ in random.next(below: 3) == 0 }
            var rowsReached = [Bool](repeating: false, count: rows)
            var columnsReached = [Bool](repeating: false, count: columns)
            for weight in format.weightPositions(ofUnits: positions, rows: rows, columns: columns) {
                let (row, column) = weight.quotientAndRemainder(dividingBy: columns)
                if inputs[column] { rowsReached[row] = true }
                if outputs[row] { columnsReached[column] = true }
            }
            #expect(matrix.outputsReached(from: inputs) == rowsReached)
            #expect(matrix.inputsReached(from: outputs) == columnsReached)
        }
    }

    @Test func silentChannelsAreCounted() {
        let panels = Panels(channels: 3, rows: 2, columns: 2, halo: 1, samples: 40)
        #expect(panels.silentChannels(samples: panels.capacity) == 3)
        panels.buffer[panels.offset(panel: 1, channel: 1, row: 1, column: 0) + 7] = -1
        #expect(panels.silentChannels(samples: panels.capacity) == 2)
    }
}
