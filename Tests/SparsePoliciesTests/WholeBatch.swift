import SparseStore

/// A batch of whole numbers, so that every gradient sum is exact in single precision and ties really occur.
struct WholeBatch {
    let input: Panels
    let outputGradient: Panels
    let samples: Int
    private let convolution: ConvolutionGeometry?

    /// For a linear layer.
    init(outputs: Int, inputs: Int, samples: Int, random: inout CounterRandom) {
        self.init(
            input: Panels(channels: inputs, samples: samples),
            outputGradient: Panels(channels: outputs, samples: samples), samples: samples, convolution: nil,
            random: &random)
    }

    /// For the layer that has these weights.
    init(for weights: any MatrixView, samples: Int, random: inout CounterRandom) {
        guard let weights = weights as? any ConvolutionWeights else {
            self.init(outputs: weights.rows, inputs: weights.columns, samples: samples, random: &random)
            return
        }
        let g = weights.geometry
        self.init(
            input: Panels(
                channels: g.inputChannels, rows: g.inputRows, columns: g.inputColumns, halo: weights.inputHalo,
                samples: samples),
            outputGradient: Panels(
                channels: g.outputChannels, rows: g.outputRows, columns: g.outputColumns, halo: weights.gradientHalo,
                samples: samples),
            samples: samples, convolution: g, random: &random)
    }

    private init(
        input: Panels, outputGradient: Panels, samples: Int, convolution: ConvolutionGeometry?,
        random: inout CounterRandom
    ) {
        self.input = input
        self.outputGradient = outputGradient
        self.samples = samples
        self.convolution = convolution
        for sample in 0..<samples {
            for (panels, largest) in [(input, 2), (outputGradient, 3)] {
                for channel in 0..<panels.channels {
                    for row in 0..<panels.rows {
                        for column in 0..<panels.columns {
                            panels[sample, channel, row, column] = Float(random.next(below: 2 * largest + 1) - largest)
                        }
                    }
                }
            }
        }
    }

    var gradientBatch: GradientBatch { GradientBatch(input: input, outputGradient: outputGradient, samples: samples) }

    /// The gradient of one weight, stored or not, from the definition of the layer.
    func gradient(row: Int, column: Int) -> Double {
        var sum = 0.0
        for sample in 0..<samples {
            guard let g = convolution else {
                sum += Double(outputGradient[sample, row]) * Double(input[sample, column])
                continue
            }
            let element: Int
            let channel: Int
            switch g.columnOrder {
            case .channelFirst:
                (channel, element) = column.quotientAndRemainder(dividingBy: g.kernelRows * g.kernelColumns)
            case .elementFirst: (element, channel) = column.quotientAndRemainder(dividingBy: g.inputChannels)
            }
            for y in 0..<g.outputRows {
                for x in 0..<g.outputColumns {
                    let inputRow = y * g.stride + element / g.kernelColumns * g.dilation - g.padding
                    let inputColumn = x * g.stride + element % g.kernelColumns * g.dilation - g.padding
                    guard 0..<g.inputRows ~= inputRow, 0..<g.inputColumns ~= inputColumn else { continue }
                    sum +=
                        Double(outputGradient[sample, row, y, x])
                        * Double(input[sample, channel, inputRow, inputColumn])
                }
            }
        }
        return sum
    }
}
