internal import SparseStore

/// The samples of another data set, whose targets are their own inputs: for autoencoders. No number is held twice: a batch's targets are
/// copied from its inputs.
struct InputTargets: WrappedDataset {
    let base: any Dataset

    var targets: TargetKind { .inputs(base.shape.features) }
    /// The outputs are called as the inputs are.
    var classNames: [String]? {
        base.columns?.featureNames.flatMap { $0.count == base.shape.features ? $0 : nil }
    }
}

extension DataSource {
    /// Samples of which there are inputs alone, which the network is to give again (an autoencoder), part of which are held out to test.
    /// - Parameters:
    ///   - features: For each sample its numbers, in the order channel, row, column.
    ///   - shape: Of a sample.
    ///   - testFraction: Part of the samples, from 0 to below 1, that is drawn at random under `seed` to test; with 0 none is, and
    ///     what is measured on them is nil.
    ///   - seed: What the draw of test samples follows from.
    ///   - name: What messages and the run's files call the data.
    /// - Throws: `DataError` when counts do not fit, a number is not finite, or the fraction is out of range.
    public init(
        reconstructing features: [Float], shape: SampleShape, testFraction: Double = 0, seed: UInt64 = 0,
        name: String = "memory"
    ) throws(DataError) {
        let count = shape.features > 0 ? features.count / shape.features : 0
        let values = try InMemoryDataset.checked(features, samples: count, shape: shape, in: name)
        let all = InMemoryDataset(name: name, shape: shape, values: values, numbers: [], targets: .none)
        self = try DataSource(all, testFraction: testFraction, seed: seed).reconstructing()
    }

    /// The same samples, whose inputs the network is to give again (an autoencoder). Classes, numbers and labels are not looked at any
    /// more.
    /// - Throws: `DataError` (`inconsistent`) for samples of several inputs, or of tokens.
    public func reconstructing() throws(DataError) -> DataSource {
        if targets.areInputs { return self }
        for part in [train, test] where part.count > 0 { try part.dataset.checkReconstruction(name) }
        let what =
            switch targets {
            case .classes(let count): "; their \(count) classes are not used"
            case .numbers, .labels, .tokens: "; their \(targets) are not used"
            case .none, .inputs: ""
            }
        let remark =
            "\(Paths.name(name)): the network is to give the \(shape.features) inputs of each sample again\(what)"
        return DataSource(
            name: name, train: train.reconstructing, test: test.reconstructing, remarks: remarks + [remark])
    }
}

extension Subset {
    fileprivate var reconstructing: Subset { Subset(InputTargets(base: dataset), samples: samples) }
}

extension Dataset {
    /// Refuses samples that have no single input of numbers.
    func checkReconstruction(_ name: String) throws(DataError) {
        guard inputs.count == 1, case .values = inputs[0] else {
            throw DataError(
                .inconsistent, in: name, "samples of several inputs, or of tokens, whose inputs are to be found",
                expected: "samples of one input of numbers; or another --task")
        }
    }
}
