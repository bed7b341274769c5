public import SparseParts
package import SparseStore

/// Which mean is subtracted from the inputs and by which deviation they are divided. Values are in units of the data
/// set's `fullScale` (pixels in 0 ... 1).
public enum Standardization: Sendable, Equatable {
    /// Values only divided by the full scale.
    case none
    /// One mean and deviation for each channel, over the samples and positions of the training part.
    case perChannel
    /// One for each feature, over the samples of the training part.
    case perFeature
    /// One for each feature by what it holds: 0 and 1 stay as they are, and so do counts that are mostly 0 (and at most 255); others
    /// as `perFeature`.
    case perColumn
    /// Given ones: a single pair, one for each channel, or one for each feature.
    case fixed(mean: [Float], deviation: [Float])

    /// Smaller deviations have an inverse, or values have differences from their mean, that 32 bits do not hold.
    private static let leastDeviation = Float.leastNormalMagnitude * 128
    /// Larger inputs have squares that 32 bits do not hold.
    private static let largestInput = Float(1e18)

    /// The scaling that this means for inputs like those of `training`, from which statistics are taken: pass the
    /// training part only. What never varies gets the deviation 1 in units of the full scale.
    /// - Throws: `DataError` when fixed values do not fit the samples, `training` is empty, or numbers are so small or so
    ///   large that 32 bits do not hold what is to be done with them; it names the column then.
    package func scaling(for training: Subset) throws(DataError) -> FeatureScaling {
        let dataset = training.dataset
        let shape = dataset.shape
        // Tokens are not scaled.
        guard case .values = dataset.inputs.first else { return FeatureScaling.identity(shape.features) }
        switch self {
        case .none:
            let scaling = scaling(mean: [0], deviation: [1], shape: shape, fullScale: dataset.fullScale)
            try checkRange(of: training, mean: [0], deviation: [1])
            return scaling
        case .fixed(let mean, let deviation):
            try check(mean: mean, deviation: deviation, dataset: dataset)
            try checkRange(of: training, mean: mean, deviation: deviation)
            return scaling(mean: mean, deviation: deviation, shape: shape, fullScale: dataset.fullScale)
        case .perChannel, .perFeature, .perColumn:
            guard training.count > 0 else {
                throw DataError(.empty, in: dataset.name, "no training samples", expected: "at least one")
            }
            let moments = Moments(of: training, groups: self == .perChannel ? shape.channels : shape.features)
            var (mean, deviation) = (moments.mean, moments.deviation)
            for group in mean.indices {
                if self == .perColumn, moments.isBinary(group) || moments.isCount(group, of: training.count) {
                    (mean[group], deviation[group]) = (0, 1)
                } else {
                    try check(moments, group, dataset)
                }
            }
            return scaling(mean: mean, deviation: deviation, shape: shape, fullScale: 1)
        }
    }

    /// Refuses a group of features that cannot be scaled.
    private func check(_ moments: Moments, _ group: Int, _ dataset: any Dataset) throws(DataError) {
        let isFeature = dataset.shape.rows * dataset.shape.columns == 1 || self != .perChannel
        let name = isFeature ? dataset.featureName(group) : "channel \(group + 1)"
        guard moments.deviation[group] >= Standardization.leastDeviation else {
            throw DataError(
                .nonFinite, in: dataset.name,
                "the values of \(name) differ by no more than \(moments.deviation[group]), too little for 32 bits",
                expected: "larger numbers: multiply them by a power of ten, or leave them out")
        }
        let mean = moments.mean[group]
        guard (moments.least[group] - mean).isFinite, (moments.largest[group] - mean).isFinite else {
            throw DataError(
                .nonFinite, in: dataset.name,
                "the values of \(name) reach from \(moments.least[group]) to \(moments.largest[group]), too far for 32 bits",
                expected: "smaller numbers: divide them by a power of ten, or leave them out")
        }
    }

    /// Refuses inputs that are too large as they are. Those of images are bytes.
    private func checkRange(of training: Subset, mean: [Float], deviation: [Float]) throws(DataError) {
        let dataset = training.dataset
        guard training.count > 0, !(dataset is ImageDataset) else { return }
        let moments = Moments(of: training, groups: dataset.shape.features)
        for feature in moments.mean.indices {
            let group = feature * mean.count / dataset.shape.features
            let scaled = [moments.least[feature], moments.largest[feature]].map {
                abs(($0 / dataset.fullScale - mean[group]) / deviation[group])
            }
            guard scaled.allSatisfy({ $0 <= Standardization.largestInput }) else {
                throw DataError(
                    .nonFinite, in: dataset.name,
                    "the values of \(dataset.featureName(feature)) reach from \(moments.least[feature]) to "
                        + "\(moments.largest[feature]), too far to compute with as they are",
                    expected:
                        "inputs of at most \(Standardization.largestInput) in size, as with --standardization feature")
            }
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

extension Parts {
    /// How inputs can be standardised, by name.
    public static let standardizations = Registry<Standardization>(
        "standardization",
        [
            .init("none", "values only divided by the full scale", .none),
            .init("channel", "one mean and deviation for each channel", .perChannel),
            .init("feature", "one for each feature", .perFeature),
            .init("column", "one for each feature; 0 and 1 stay as they are, and counts that are mostly 0", .perColumn),
        ])
}

extension Options {
    /// How inputs are standardised, from training data only: none, channel, feature, column. Nil: what suits the data.
    public var standardization: Option<String?> {
        Option(
            "standardization", .data, "NAME", .oneOf(Parts.standardizations.names), inWords: "the data's",
            "how inputs are standardised, from training data only")
    }
}
