import Testing

@testable import SparseStore

/// A matrix in no memory against the dense one of the same weights.
@Suite struct GeneratedMatrixTests {
    @Test func productsAreThoseOfTheDenseMatrix() throws {
        var random = CounterRandom(seed: 81, purpose: .test)
        for round in 0..<40 {
            let (rows, channels) = (1 + random.next(below: 200), 1 + random.next(below: 200))
            // The input may be maps, of which each pixel is a column.
            let (height, width) = round % 3 == 2 ? (3, 4) : (1, 1)
            let columns = channels * height * width
            let samples = [1, 31, 32, 33, 64, 100][round % 6]
            let field = NormalField(
                CounterRandom(seed: 81, purpose: .initialValues, layer: round), deviation: 0.5)
            let isAbsolute = round % 2 == 1
            let generated = try GeneratedMatrix(rows: rows, columns: columns, field: field, absolute: isAbsolute)
            let dense = try DenseMatrix(
                rows: rows, columns: columns,
                values: (0..<rows * columns).map { isAbsolute ? field.value(at: $0).magnitude : field.value(at: $0) })
            let input = Panels(channels: channels, rows: height, columns: width, samples: samples)
            for i in 0..<input.buffer.count { input.buffer[i] = Float(random.nextUnit()) - 0.5 }
            let gradient = CSRProductTests.randomPanels(rows, samples, &random)
            let bias = AlignedBuffer(CSRProductTests.randomValues(rows, &random))
            let parts = 1 + random.next(below: 3)
            func products(_ matrix: any SparseMatrix) -> ([Float], [Float]) {
                let output = Panels(channels: rows, samples: samples)
                let inputGradient = Panels(channels: channels, rows: height, columns: width, samples: samples)
                output.buffer.fill(.nan)
                inputGradient.buffer.fill(.nan)
                for part in (0..<parts).map({ Part($0, of: parts) }) {
                    matrix.forward(
                        input, into: output, bias: round % 3 == 0 ? nil : bias, relu: round % 4 == 0,
                        panels: 0..<output.panelCount, part: part)
                    matrix.inputGradient(gradient, into: inputGradient, panels: 0..<output.panelCount, part: part)
                }
                return (output.buffer.array, inputGradient.buffer.array)
            }
            let (found, wanted) = (products(generated), products(dense))
            #expect(found.0 == wanted.0 && found.1 == wanted.1, "\(rows)x\(columns), \(samples)")
        }
    }
}
