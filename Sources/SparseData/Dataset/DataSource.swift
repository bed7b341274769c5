internal import SparseParts
public import SparseStore

/// A data set that was opened: its training and its test part.
public struct DataSource: Sendable {
    /// What was asked for: "digits", or a path.
    public let name: String
    /// Samples to train on, and to take validation samples from.
    public let train: Subset
    /// Samples that only measure.
    public let test: Subset
    /// What was decided where the data do not say it themselves, each in a sentence for the user.
    public let remarks: [String]

    /// A source of two parts, as a program makes it of data of its own. Shape and targets are those of `train`.
    public init(name: String, train: Subset, test: Subset, remarks: [String] = []) {
        self.name = name
        self.train = train
        self.test = test
        self.remarks = remarks
    }

    /// The same, which also says how many features a scaling leaves as they are.
    package func remarking(_ scaling: FeatureScaling) -> DataSource {
        let left = zip(scaling.means, scaling.factors).count { $0 == 0 && $1 == 1 }
        if left == 0 { return self }
        let remark =
            "\(Paths.name(name)): \(left) of \(scaling.count) features are 0 and 1, or counts that are mostly 0, and are not "
            + "standardised (--standardization feature standardises all)"
        return DataSource(name: name, train: train, test: test, remarks: remarks + [remark])
    }

    /// Shape of a sample, the same in both parts.
    public var shape: SampleShape { train.dataset.shape }
    /// What the samples are to be mapped to.
    public var targets: TargetKind { train.dataset.targets }
    /// Number of classes; 0 for targets of another kind.
    public var classes: Int { train.dataset.classes }
    /// How tokens in a row are read; nil for samples that stand alone.
    public var sequence: SequenceShape? { train.dataset.sequence }
    /// What tokens stand for.
    public var vocabulary: Vocabulary? { train.dataset.vocabulary }
    /// What is counted in numbers of samples: "samples", or "tokens".
    public var sampleUnit: String { sequence == nil ? "samples" : "tokens" }
    /// Names of the classes in the order of their numbers, where the data have some.
    public var classNames: [String]? { train.dataset.classNames }

    /// Opens the built-in data set ("digits"), a file or folder whose format is found from its content, or a data set that was
    /// fetched by its name ("fashion-mnist"). Formats are those of `Parts.dataFormats`.
    /// - Throws: `DataError`, which says what is wrong with which file and what would be right.
    public static func open(_ name: String, options: DataOptions = DataOptions()) throws(DataError) -> DataSource {
        try options.check()
        let location = try DataLocation(name, options)
        for format in Parts.dataFormats.asked where format.part.recognises(location) {
            try Parts.dataFormats.check(options, for: format, of: name)
            let source = try format.part.opened(location, options).remarkingName(name)
            return options.task == .inputs ? try source.reconstructing().remarkingUnread(options) : source
        }
        throw unknown(name)
    }

    /// Whether what lies there is a table of text, which `FeatureTable` reads line by line. Anything but a regular file or a
    /// folder, such as a pipe, is taken for one.
    /// - Throws: `DataError` when there is nothing, or nothing that any format recognises.
    package static func isTable(_ name: String, options: DataOptions) throws(DataError) -> Bool {
        if FeatureTable.isStream(name) { return true }
        let location = try DataLocation(name, options)
        for format in Parts.dataFormats.asked where format.part.recognises(location) {
            return format.part is CSVFormat
        }
        throw unknown(name)
    }

    /// The same, which also says that a path was taken where the name of a published data set may have been meant.
    private func remarkingName(_ name: String) -> DataSource {
        guard Parts.publishedData.entry(named: name) != nil, StoredBytes.exists(name) else { return self }
        let remark =
            "\(name): what has that name in the working folder was read, not the data set that is fetched by it"
        return DataSource(name: self.name, train: train, test: test, remarks: [remark] + remarks)
    }

    /// The same, which also says that files of targets were named and not read.
    private func remarkingUnread(_ options: DataOptions) -> DataSource {
        let names = [Options().labels.name, Options().testLabels.name].filter(options.given.contains)
        guard !names.isEmpty else { return self }
        let words = names.map { "--\($0)" }.joined(separator: " and ")
        return DataSource(
            name: name, train: train, test: test,
            remarks: remarks + ["\(words): not read, because the inputs are what is to be given"])
    }

    private static func unknown(_ name: String) -> DataError {
        DataError(
            .unknownFormat, in: name, "no known data format",
            expected: Parts.dataFormats.asked.map(\.summary).joined(separator: "; or "))
    }
}

extension DataFormat {
    /// Opens it; what is no table, but may be a text that nobody said is one, is an error that says how to say it.
    fileprivate func opened(_ location: DataLocation, _ options: DataOptions) throws(DataError) -> DataSource {
        do throws(DataError) { return try open(location, options: options) } catch {
            let name = location.path.lowercased()
            guard self is CSVFormat, name.hasSuffix(".txt") || name.hasSuffix(".txt.gz") else { throw error }
            throw DataError(
                error.kind, in: error.source, at: error.place, error.problem,
                expected: error.expected + "; for a text to learn, not a table: --tokenizer characters, or bytes")
        }
    }
}
