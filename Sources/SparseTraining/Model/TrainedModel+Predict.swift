internal import SparseData
internal import SparseStore

/// What the network says of samples without targets.
extension TrainedModel {
    /// What it says of one sample. Of a network of vectors this is a sparse product with one vector, in one thread; others
    /// compute a panel with one sample in it. The numbers are those of `predict(batch:)` but for the order of sums: they differ
    /// by rounding.
    /// - Parameter features: Raw, as the data had them, in the order channel, row, column; they are scaled as in training.
    /// - Throws: `DataError` for another number of features than `sampleShape` has, or one that is not finite; for a model with
    ///   several inputs, or of tokens.
    public func predict(_ features: [Float]) throws -> Prediction {
        try check(features, samples: 1)
        let count = model.output.elements
        let single = try pool.outputs(of: features) { output in
            reading.prediction(reading.inUnits(Array(output.elements.prefix(count))))

        }
        if let single { return single }
        var outputs: [Float] = []
        try pool.append(features, samples: 1, to: &outputs)
        return reading.prediction(reading.inUnits(outputs))
    }

    /// What it says of several samples, computed together on all threads of the model.
    /// - Parameter batch: Raw features, sample after sample; as many samples as there are.
    /// - Throws: As `predict(_:)`; also for numbers that are no whole samples.
    public func predict(batch: [Float]) throws -> Predictions {
        let width = sampleShape.features
        guard batch.count % width == 0 else {
            throw DataError(
                .inconsistent, in: "features", "\(batch.count) numbers",
                expected: "a multiple of \(width), the features of a sample")
        }
        let count = batch.count / width
        try check(batch, samples: count)
        var outputs: [Float] = []
        outputs.reserveCapacity(count * model.output.elements)
        try pool.append(batch, samples: count, to: &outputs)
        return Predictions(
            count: count, outputsPerSample: model.output.elements, outputs: reading.inUnits(outputs), reading)
    }

    /// Bytes that `predict(_:)` takes beside the network, after its first call.
    package var singleSampleByteCount: Int { pool.singleByteCount }

    private func check(_ features: [Float], samples: Int) throws(DataError) {
        guard model.inputs.count == 1, model.inputs[0].shape.vocabulary == nil else {
            throw DataError(
                .inconsistent, in: model.name, "a model of several inputs, or of tokens",
                expected: "one that reads one list of numbers")
        }
        let width = sampleShape.features
        guard features.count == samples * width else {
            throw DataError(
                .inconsistent, in: "features", "\(features.count) numbers",
                expected: "\(width), the features of a sample")
        }
        guard let bad = features.firstIndex(where: { !$0.isFinite }) else { return }
        throw DataError(
            .nonFinite, in: "features", at: .sample(bad / width), "feature \(bad % width + 1) is \(features[bad])",
            expected: "finite numbers")
    }
}
