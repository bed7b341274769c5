public import SparseTraining

extension TrainedModel {
    /// The class that a network of one input gives a sample, the number of the largest output. For networks that were trained
    /// on numbers as they are, `standardization = "none"`: what is handed in is not scaled.
    public func classOf(_ features: [Float]) throws(DataError) -> Int {
        guard model.inputs.count == 1, features.count == model.input.elements else {
            throw DataError(
                .inconsistent, in: "sample", "\(features.count) features", expected: "\(model.input.elements)")
        }
        let shape = model.input
        let panels = Panels(
            channels: shape.channels, rows: shape.rows, columns: shape.columns, halo: model.inputHalos[0], samples: 1)
        for channel in 0..<shape.channels {
            for row in 0..<shape.rows {
                for column in 0..<shape.columns {
                    panels[0, channel, row, column] =
                        features[(channel * shape.rows + row) * shape.columns + column]
                }
            }
        }
        let outputs = network.forward(panels, samples: 1)
        return (0..<model.output.channels).max { outputs[0, $0] < outputs[0, $1] } ?? 0
    }
}
