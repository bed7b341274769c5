internal import SparseStore

extension InMemoryDataset {
    /// Copies `features`, sample after sample, each in the order channel, row, column, and says for each of several labels whether
    /// it is true of the sample.
    /// - Parameters:
    ///   - features: For each sample its numbers, in the order channel, row, column.
    ///   - truths: For each sample whether each label is true of it: `labels` for each sample.
    ///   - labels: Labels of a sample, any number of which may be true.
    ///   - shape: Of a sample.
    ///   - names: What the labels are called.
    ///   - name: What messages and files call it.
    /// - Throws: `DataError` when counts do not fit, or a value is not finite.
    public init(
        features: [Float], truths: [Bool], labels: Int, shape: SampleShape, names: [String]? = nil,
        name: String = "memory"
    ) throws(DataError) {
        guard labels > 0, !truths.isEmpty, truths.count % labels == 0, names.map({ $0.count == labels }) ?? true else {
            throw DataError(
                .inconsistent, in: name, "\(truths.count) truths of \(labels) labels",
                expected: "at least one sample, with a truth for each label")
        }
        let values = try InMemoryDataset.checked(features, samples: truths.count / labels, shape: shape, in: name)
        self.init(
            name: name, shape: shape, values: values, numbers: truths.map { $0 ? 1 : 0 }, targets: .labels(labels),
            names: names)
    }
}
