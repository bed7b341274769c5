/// Data that a program has in arrays, in one line:
///
///     let data = try DataSource(features: pixels, labels: classes, testFraction: 0.2)
///
/// `features` holds sample after sample; rows of a table are joined by `rows.flatMap { $0 }`. How many features a sample has
/// follows from the number of samples, or is told by a shape, which convolutions need. Inputs are standardised with mean and
/// deviation of the training samples, as those of a table are.
extension DataSource {
    /// Samples with classes, part of which are held out to test.
    /// - Parameters:
    ///   - features: For each sample its numbers, in the order channel, row, column.
    ///   - labels: For each sample its class, from 0.
    ///   - shape: Of a sample; a vector without it.
    ///   - classNames: What the classes are called; their number is that of the names, or the largest label and one.
    ///   - testFraction: Part of each class, from 0 to below 1, that is drawn at random under `seed` to test; with 0 there are no
    ///     test samples, and test accuracy and loss are nil.
    ///   - seed: What the draw of test samples follows from.
    ///   - name: What messages and the run's files call the data.
    /// - Throws: `DataError` when counts do not fit, a number is not finite, a label cannot be, or the fraction is out of range.
    public init(
        features: [Float], labels: [Int], shape: SampleShape? = nil, classNames: [String]? = nil,
        testFraction: Double = 0, seed: UInt64 = 0, name: String = "memory"
    ) throws(DataError) {
        let all = try InMemoryDataset(
            features: features, labels: labels,
            shape: Self.shape(shape, features, samples: labels.count, of: "labels", in: name),
            classNames: classNames, name: name)
        try self.init(all, testFraction: testFraction, seed: seed)
    }

    /// Samples with classes, and others to test, of the same shape and classes.
    public init(
        features: [Float], labels: [Int], testFeatures: [Float], testLabels: [Int], shape: SampleShape? = nil,
        classNames: [String]? = nil, name: String = "memory"
    ) throws(DataError) {
        let shape = try Self.shape(shape, features, samples: labels.count, of: "labels", in: name)
        let train = try InMemoryDataset(
            features: features, labels: labels, shape: shape, classNames: classNames, name: name)
        let test = try InMemoryDataset(
            features: testFeatures, labels: testLabels, shape: shape, classes: train.classes,
            classNames: classNames, name: name + " (test)")
        self.init(name: name, train: Subset(train), test: Subset(test))
    }

    /// Samples with numbers to be found, part of which are held out to test.
    /// - Parameters:
    ///   - features: For each sample its numbers, in the order channel, row, column.
    ///   - numbers: For each sample the `outputs` numbers that the network is to give.
    ///   - outputs: Numbers of a sample's target.
    ///   - shape: Of a sample; a vector without it.
    ///   - outputNames: What the numbers are called.
    ///   - testFraction: Part of the samples, from 0 to below 1, that is drawn at random under `seed` to test; with 0 none is, and
    ///     what is measured on them is nil.
    ///   - seed: What the draw of test samples follows from.
    ///   - name: What messages and the run's files call the data.
    /// - Throws: `DataError` when counts do not fit, a number is not finite, or the fraction is out of range.
    public init(
        features: [Float], numbers: [Float], outputs: Int = 1, shape: SampleShape? = nil,
        outputNames: [String]? = nil, testFraction: Double = 0, seed: UInt64 = 0, name: String = "memory"
    ) throws(DataError) {
        let all = try InMemoryDataset(
            features: features, numbers: numbers, outputs: outputs,
            shape: Self.shape(shape, features, samples: numbers.count / max(outputs, 1), of: "numbers", in: name),
            names: outputNames, name: name)
        try self.init(all, testFraction: testFraction, seed: seed)
    }

    /// Samples with numbers to be found, and others to test.
    public init(
        features: [Float], numbers: [Float], testFeatures: [Float], testNumbers: [Float], outputs: Int = 1,
        shape: SampleShape? = nil, outputNames: [String]? = nil, name: String = "memory"
    ) throws(DataError) {
        let shape =
            try Self.shape(shape, features, samples: numbers.count / max(outputs, 1), of: "numbers", in: name)
        self.init(
            name: name,
            train: Subset(
                try InMemoryDataset(
                    features: features, numbers: numbers, outputs: outputs, shape: shape, names: outputNames, name: name
                )),
            test: Subset(
                try InMemoryDataset(
                    features: testFeatures, numbers: testNumbers, outputs: outputs, shape: shape, names: outputNames,
                    name: name + " (test)")))
    }

    /// Samples with several labels, part of which are held out to test.
    /// - Parameters:
    ///   - features: For each sample its numbers, in the order channel, row, column.
    ///   - truths: For each sample whether each of `outputs` labels is true of it.
    ///   - outputs: Labels of a sample, any number of which may be true.
    ///   - shape: Of a sample; a vector without it.
    ///   - outputNames: What the labels are called.
    ///   - testFraction: Part of the samples, from 0 to below 1, that is drawn at random under `seed` to test; with 0 none is, and
    ///     what is measured on them is nil.
    ///   - seed: What the draw of test samples follows from.
    ///   - name: What messages and the run's files call the data.
    /// - Throws: `DataError` when counts do not fit, a number is not finite, or the fraction is out of range.
    public init(
        features: [Float], truths: [Bool], outputs: Int, shape: SampleShape? = nil, outputNames: [String]? = nil,
        testFraction: Double = 0, seed: UInt64 = 0, name: String = "memory"
    ) throws(DataError) {
        let all = try InMemoryDataset(
            features: features, truths: truths, labels: outputs,
            shape: Self.shape(shape, features, samples: truths.count / max(outputs, 1), of: "truths", in: name),
            names: outputNames, name: name)
        try self.init(all, testFraction: testFraction, seed: seed)
    }

    init(_ all: InMemoryDataset, testFraction: Double, seed: UInt64) throws(DataError) {
        guard testFraction >= 0, testFraction < 1 else {
            throw DataError(
                .invalidOption, in: all.name, "a test fraction of \(testFraction)",
                expected: "a fraction from 0 to below 1")
        }
        let parts = Subset(all).split(fraction: testFraction, seed: seed)
        guard testFraction == 0 || parts.taken.count > 0 else {
            throw DataError(
                .inconsistent, in: all.name, "\(all.count) samples, of which \(testFraction) leaves none to test",
                expected: "more samples, a larger fraction, or test samples of your own")
        }
        self.init(name: all.name, train: parts.rest, test: parts.taken)
    }

    /// The shape that was given, or that of samples that are vectors.
    private static func shape(
        _ given: SampleShape?, _ features: [Float], samples: Int, of targets: String, in name: String
    ) throws(DataError) -> SampleShape {
        if let given { return given }
        guard samples > 0, !features.isEmpty, features.count % samples == 0 else {
            throw DataError(
                .inconsistent, in: name, "\(features.count) features and \(targets) for \(samples) samples",
                expected: "as many features for every sample, at least one")
        }
        return SampleShape(channels: features.count / samples)
    }
}
