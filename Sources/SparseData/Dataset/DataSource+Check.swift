/// What every reader has seen to, for data that a program made itself.
extension DataSource {
    /// Refuses data that no network can be trained on.
    /// - Throws: `DataError` for no classes, no training samples, two parts of different kinds, or labels and samples
    ///   outside the data set.
    public func check() throws(DataError) {
        let shape = train.dataset.shape
        guard shape.channels > 0, shape.rows > 0, shape.columns > 0, classes > 0 else {
            throw DataError(
                .inconsistent, in: name, "samples of shape \(shape) in \(classes) classes",
                expected: "at least one of each")
        }
        let scale = train.dataset.fullScale
        guard scale > 0, scale.isFinite, (1 / scale).isFinite else {
            throw DataError(.inconsistent, in: name, "a full scale of \(scale)", expected: "a number above 0")
        }
        guard train.count > 0 else {
            throw DataError(.empty, in: name, "no training samples", expected: "at least one")
        }
        try train.checkSamples(classes: classes, name: name)
        guard test.count > 0 else { return }
        let other = test.dataset
        guard other.shape == shape, other.classes <= classes else {
            throw DataError(
                .inconsistent, in: name, "test samples of shape \(other.shape) in \(other.classes) classes",
                expected: "\(shape) in \(classes), as the training samples")
        }
        try test.checkSamples(classes: classes, name: name)
    }
}

extension Subset {
    fileprivate func checkSamples(classes: Int, name: String) throws(DataError) {
        let count = dataset.count
        for sample in samples {
            guard sample >= 0, sample < count else {
                throw DataError(
                    .inconsistent, in: name, "sample \(sample) is not in \(dataset.name)",
                    expected: "samples from 0 to \(count - 1)")
            }
            let label = dataset.label(of: sample)
            guard label >= 0, label < classes else {
                throw DataError(
                    .labelOutOfRange, in: name, at: .sample(sample), "label \(label)",
                    expected: "labels from 0 to \(classes - 1)")
            }
        }
    }
}
