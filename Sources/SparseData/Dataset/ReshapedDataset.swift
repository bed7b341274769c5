/// The samples of another data set, with their values taken as maps of another shape: for rows of a table that are
/// images.
struct ReshapedDataset: WrappedDataset {
    let base: any Dataset
    let shape: SampleShape

    /// The shape has as many values as a sample.
    init(_ base: any Dataset, shape: SampleShape) {
        precondition(base.shape.features == shape.features, "another number of values")
        self.base = base
        self.shape = shape
    }

    var inputs: [SampleInput] { [.values(shape)] + base.inputs.dropFirst() }
    /// Pixels of an image have one scale; some of them hardly ever vary, and their noise would be blown up.
    var preferredStandardization: Standardization {
        shape.rows * shape.columns > 1 ? .perChannel : base.preferredStandardization
    }
}

extension DataSource {
    /// The same samples as maps of another shape, in the order channel, row, column.
    /// - Throws: `DataError` (`invalidOption`) when a sample has another number of values, or has a shape already, and that
    ///   is another one.
    public func reshaped(_ shape: SampleShape) throws(DataError) -> DataSource {
        let own = self.shape
        let (map, first) = shape.rows.multipliedReportingOverflow(by: shape.columns)
        let (values, second) = map.multipliedReportingOverflow(by: shape.channels)
        guard min(shape.channels, shape.rows, shape.columns) > 0, !first, !second, values == own.features else {
            let count = first || second ? "more values than can be counted" : "\(values) values"
            throw DataError(
                .invalidOption, in: name,
                "samples of \(own.features) values, and an input shape of "
                    + "\(shape.channels)x\(shape.rows)x\(shape.columns), \(count)",
                expected: "channels x rows x columns = \(own.features)")
        }
        guard own.rows * own.columns == 1 || own == shape else {
            throw DataError(
                .invalidOption, in: name,
                "images of \(own), and an input shape of "
                    + "\(shape.channels)x\(shape.rows)x\(shape.columns)",
                expected: "\(own), or none")
        }
        if own == shape { return self }
        // A test part without samples may be of any shape.
        let other = test.count == 0 ? train.dataset : test.dataset
        guard other.shape.features == values else {
            throw DataError(
                .inconsistent, in: name, "test samples of \(other.shape.features) values",
                expected: "\(values), as the training samples")
        }
        let (training, testing) = (
            ReshapedDataset(train.dataset, shape: shape), ReshapedDataset(other, shape: shape)
        )
        return DataSource(
            name: name, train: Subset(training, samples: train.samples), test: Subset(testing, samples: test.samples),
            remarks: remarks)
    }
}
