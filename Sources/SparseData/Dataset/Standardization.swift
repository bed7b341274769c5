public import SparseStore

/// Which mean is subtracted from the inputs and by which deviation they are divided. Values are in units of the data
/// set's `fullScale` (pixels in 0 ... 1).
public enum Standardization: Sendable, Equatable {
    /// Values only divided by the full scale.
    case none
    /// One mean and deviation for each channel, over the samples and positions of the training part.
    case perChannel
    /// One for each feature, over the samples of the training part.
    case perFeature
    /// Given ones: a single pair, one for each channel, or one for each feature.
    case fixed(mean: [Float], deviation: [Float])

    /// The scaling that this means for inputs like those of `training`, from which statistics are taken: pass the
    /// training part only. What never varies gets deviation 1.
    /// - Throws: `DataError` when fixed values do not fit the samples, or `training` is empty.
    public func scaling(for training: Subset) throws(DataError) -> FeatureScaling {
        let dataset = training.dataset
        let shape = dataset.shape
        switch self {
        case .none:
            return scaling(mean: [0], deviation: [1], shape: shape, fullScale: dataset.fullScale)
        case .fixed(let mean, let deviation):
            try check(mean: mean, deviation: deviation, dataset: dataset)
            return scaling(mean: mean, deviation: deviation, shape: shape, fullScale: dataset.fullScale)
        case .perChannel, .perFeature:
            guard training.count > 0 else {
                throw DataError(.empty, in: dataset.name, "no training samples", expected: "at least one")
            }
            let moments = Moments(of: training, groups: self == .perChannel ? shape.channels : shape.features)
            return scaling(mean: moments.mean, deviation: moments.deviation, shape: shape, fullScale: 1)
        }
    }

    /// Spreads values for channels or for everything over the features, and turns them into raw units.
    private func scaling(mean: [Float], deviation: [Float], shape: SampleShape, fullScale: Float) -> FeatureScaling {
        let run = shape.features / mean.count
        func spread(_ values: [Float]) -> [Float] { (0..<shape.features).map { values[$0 / run] * fullScale } }
        return FeatureScaling(mean: spread(mean), deviation: spread(deviation))
    }

    private func check(mean: [Float], deviation: [Float], dataset: any Dataset) throws(DataError) {
        let counts = [1, dataset.shape.channels, dataset.shape.features]
        guard mean.count == deviation.count, counts.contains(mean.count) else {
            throw DataError(
                .invalidOption, in: dataset.name, "\(mean.count) means and \(deviation.count) deviations",
                expected: "1, \(dataset.shape.channels) or \(dataset.shape.features) of each")
        }
        guard mean.allSatisfy(\.isFinite), deviation.allSatisfy({ $0.isFinite && $0 > 0 }) else {
            throw DataError(
                .invalidOption, in: dataset.name, "a mean or deviation that cannot be used",
                expected: "finite means and positive deviations")
        }
    }
}
