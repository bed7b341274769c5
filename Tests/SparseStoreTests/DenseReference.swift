import Testing

@testable import SparseStore

/// A weight matrix as a plain array, and its three products in double precision.
struct DenseReference {
    let rows: Int
    let columns: Int
    /// Row-major.
    let weights: [Float]

    /// Values of the outputs of all samples must be within rounding of the sums.
    func expectForward(
        _ output: Panels, of input: Panels, bias: AlignedBuffer<Float>?, relu: Bool, samples: Int, _ what: String
    ) {
        for sample in 0..<samples {
            for row in 0..<rows {
                var (sum, scale) = (bias.map { Double($0[row]) } ?? 0, 1.0)
                for column in 0..<columns {
                    let product = Double(weights[row * columns + column]) * Double(input[sample, column])
                    sum += product
                    scale += abs(product)
                }
                let error = abs(Double(output[sample, row]) - (relu ? max(sum, 0) : sum))
                if !(error <= 1e-6 * scale) { Issue.record("\(what): sample \(sample) row \(row) is off by \(error)") }
            }
        }
    }

    func expectInputGradient(_ inputGradient: Panels, of outputGradient: Panels, samples: Int, _ what: String) {
        for sample in 0..<samples {
            for column in 0..<columns {
                var (sum, scale) = (0.0, 1.0)
                for row in 0..<rows {
                    let product = Double(weights[row * columns + column]) * Double(outputGradient[sample, row])
                    sum += product
                    scale += abs(product)
                }
                let error = abs(Double(inputGradient[sample, column]) - sum)
                if !(error <= 1e-6 * scale) {
                    Issue.record("\(what): sample \(sample) column \(column) is off by \(error)")
                }
            }
        }
    }

    func expectWeightGradient(
        _ gradient: Float, at position: Int, input: Panels, outputGradient: Panels, samples: Int, _ what: String
    ) {
        var (sum, scale) = (0.0, 1.0)
        for sample in 0..<samples {
            let product =
                Double(input[sample, position % columns]) * Double(outputGradient[sample, position / columns])
            sum += product
            scale += abs(product)
        }
        let error = abs(Double(gradient) - sum)
        if !(error <= 1e-6 * scale) { Issue.record("\(what): position \(position) is off by \(error)") }
    }
}

func bits(_ buffer: AlignedBuffer<Float>) -> [UInt32] { buffer.array.map(\.bitPattern) }
