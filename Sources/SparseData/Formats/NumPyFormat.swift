public import SparseParts
internal import SparseStore

/// Arrays of NumPy: `x.npy` with samples along the first axis and `--labels y.npy`; or an `.npz` with `x` and `y`, or with `x_train`,
/// `y_train`, `x_test` and `y_test`. Samples are vectors, images (rows, columns) or maps (channels, rows, columns). Whole numbers
/// are classes, unless `--task numbers` says otherwise.
struct NumPyFormat: DataFormat {
    /// The entry of `Parts.dataFormats`.
    static let entry = Registry<any DataFormat>.Entry(
        "numpy", "an array of NumPy (.npy, with --labels) or several (.npz, with x and y)",
        options: [\.labels, \.testData, \.testLabels, \.testFraction, \.folds, \.fold, \.task], NumPyFormat())

    func recognises(_ location: DataLocation) -> Bool {
        guard case .file(let file, let head) = location.content else { return false }
        return head.starts(with: NumPyText.magic)
            || head.starts(with: ZipArchive.magic) && file.path.lowercased().hasSuffix(".npz")
    }

    func open(_ location: DataLocation, options: DataOptions) throws(DataError) -> DataSource {
        guard case .file(let file, let head) = location.content else {
            throw DataError(.unknownFormat, in: location.path, "not a file", expected: Self.entry.summary)
        }
        if head.starts(with: NumPyText.magic) { return try openArray(file, options) }
        return try openArchive(file, options)
    }

    private func openArray(_ file: DataFile, _ options: DataOptions) throws(DataError) -> DataSource {
        let needsTargets = options.trained?.needsTargets ?? true
        if options.testData == nil, options.testLabels != nil {
            throw DataError(
                .unreadOption, in: "--test-labels", "there is no array of test samples", expected: "--test-data with it"
            )
        }
        let classes = try trainedClasses(options)
        func part(_ path: DataFile, _ labels: String?, _ classes: [Int]?) throws(DataError) -> NumPySamples {
            func samples() throws(DataError) -> NumPyArray {
                try NumPyArray(NumPyFileContent(path), name: path.path, limit: options.rowLimit)
            }
            guard let labels, options.task != .inputs else {
                guard !needsTargets || options.task == .inputs else {
                    throw DataError(
                        .notFound, in: path.path, "an array of samples without their classes",
                        expected: "--labels and a .npy file with a class or number for each sample")
                }
                return try NumPySamples(kept: [path], "", nil, options) { () throws(DataError) in
                    try NumPySamples(samples(), nil, options.task, classes: nil, in: path.path)
                }
            }
            let targets = try DataFile(path: labels)
            return try NumPySamples(kept: [path, targets], "", classes, options) { () throws(DataError) in
                let x = try samples()
                let y = try NumPyArray(
                    NumPyFileContent(targets), name: labels, limit: options.rowLimit, keepsIntegers: true)
                return try NumPySamples(x, y, options.task, classes: classes, in: path.path, labels: labels)
            }
        }
        let all = try part(file, needsTargets ? options.labels : nil, classes)
        guard let testPath = options.testData, testPath != file.path else {
            return try source(all, nil, options, isAllTest: !needsTargets || options.testData != nil)
        }
        let test = try part(DataFile(path: testPath), options.testLabels, all.classes)
        return try source(all, test, options)
    }

    /// Samples without targets, all of which are to test.
    func open(samples: NumPyArray, _ options: DataOptions) throws(DataError) -> DataSource {
        try source(
            NumPySamples(samples, nil, options.task, classes: nil, in: "samples"), nil, options, isAllTest: true)
    }

    private func openArchive(_ file: DataFile, _ options: DataOptions) throws(DataError) -> DataSource {
        let bytes: StoredBytes
        do throws(StoredBytes.Failure) { bytes = try StoredBytes(path: file.path) } catch {
            throw DataError(.unreadable, in: file.path, "cannot be read (\(error))", expected: "a readable file")
        }
        // Files of a run's own, beside an archive that is looked at later, are not those of the archive.
        for (option, value) in [
            (Options().labels.name, options.labels), (Options().testLabels.name, options.testLabels),
            (Options().testData.name, options.testData == file.path ? nil : options.testData),
        ] where value != nil {
            throw DataError(
                .unreadOption, in: "--\(option)", "an .npz has its targets and test samples in it",
                expected: "x and y, or x_train, y_train, x_test and y_test in \(file.path), without this option")
        }
        let archive = try ZipArchive(bytes, path: file.path)
        func array(_ name: String, isTarget: Bool = false) throws(DataError) -> NumPyArray? {
            guard archive.count(of: name + ".npy") != nil else { return nil }
            return try NumPyArray(
                NumPyMemberContent(archive.member(name + ".npy")), name: "\(file.path), \(name)",
                limit: options.rowLimit, keepsIntegers: isTarget)
        }
        let needsTargets = options.trained?.needsTargets ?? true
        // An autoencoder's targets are in x.
        let readsTargets = options.task != .inputs
        let classes = try trainedClasses(options)
        func has(_ name: String) -> Bool { archive.count(of: name + ".npy") != nil }
        /// The samples of an array, with the targets of another where those are read; nil where one of them is not there.
        func samples(_ x: String, _ y: String?, _ classes: [Int]?) throws(DataError) -> NumPySamples? {
            guard has(x), y.map(has) ?? true else { return nil }
            return try NumPySamples(kept: [file], [x, y ?? ""].joined(separator: " "), classes, options) {
                () throws(DataError) in
                guard let samples = try array(x) else { throw missing(x, archive) }
                let targets = try y.flatMap { name throws(DataError) in try array(name, isTarget: true) }
                return try NumPySamples(samples, targets, options.task, classes: classes, in: file.path)
            }
        }
        if has("x") {
            guard let all = try samples("x", needsTargets && readsTargets ? "y" : nil, classes) else {
                throw missing("y", archive)
            }
            return try source(all, nil, options, isAllTest: !needsTargets || options.testData != nil)
        }
        guard let train = try samples("x_train", readsTargets ? "y_train" : nil, classes) else {
            throw missing("x and y, or x_train and y_train", archive)
        }
        guard !readsTargets || has("x_test") == has("y_test") else {
            throw missing("both x_test and y_test, or neither,", archive)
        }
        return try source(train, try samples("x_test", readsTargets ? "y_test" : nil, train.classes), options)
    }

    private func missing(_ what: String, _ archive: ZipArchive) -> DataError {
        DataError(
            .notFound, in: archive.path, "the arrays \(archive.names.prefix(8).joined(separator: ", "))",
            expected: "\(what) among them")
    }

    /// The classes of a network that is there.
    private func trainedClasses(_ options: DataOptions) throws(DataError) -> [Int]? {
        options.trained?.classNames.flatMap { names in
            let numbers = names.compactMap { Int($0) }
            return numbers.count == names.count ? numbers : nil
        }
    }

    private func source(
        _ all: NumPySamples, _ test: NumPySamples?, _ options: DataOptions, isAllTest: Bool = false
    ) throws(DataError) -> DataSource {
        let (name, train) = (Paths.name(all.path), Subset(all.dataset))
        let remarks = [all.remark(name)] + all.said + (test?.said ?? [])
        if let test {
            guard test.dataset.shape == all.dataset.shape else {
                throw DataError(
                    .inconsistent, in: test.path, "test samples of \(test.dataset.shape)",
                    expected: "\(all.dataset.shape), as the training samples")
            }
            return DataSource(name: name, train: train, test: Subset(test.dataset), remarks: remarks)
        }
        if isAllTest {
            return DataSource(
                name: name, train: Subset(all.dataset, samples: []), test: train, remarks: remarks)
        }
        let parts = try TestPart(of: train, options, in: all.path)
        guard !parts.taken.isEmpty, !parts.rest.isEmpty else {
            throw DataError(
                .empty, in: all.path, "\(train.count) samples, too few for a test part",
                expected: "more samples, or --test-data and --test-labels")
        }
        return DataSource(
            name: name, train: Subset(all.dataset, samples: parts.rest),
            test: Subset(all.dataset, samples: parts.taken), remarks: remarks)
    }
}

/// Samples of two arrays.
private struct NumPySamples {
    let path: String
    let dataset: InMemoryDataset
    /// The numbers of the classes, ascending.
    let classes: [Int]?
    /// What became of those that are more than memory is to hold.
    private(set) var said: [String] = []
    private let memory: RowMemory?

    /// Samples that were kept when they were read before; else those of `read`, which are kept where they are many.
    /// - Parameters:
    ///   - files: What they are read from.
    ///   - part: Of an archive.
    ///   - classes: Those of the training part.
    init(
        kept files: [DataFile], _ part: String, _ classes: [Int]?, _ options: DataOptions,
        _ read: () throws(DataError) -> NumPySamples
    ) throws(DataError) {
        let cache = RowCache(
            of: files, options: options,
            key: ["array", part, "\(classes ?? [])"] + RowCache.texts(of: [\.task], options))
        if let rows = try cache?.rows() {
            self.init(rows, in: files.first?.path ?? "")
            return
        }
        let samples = try read()
        guard let cache, let memory = samples.memory else {
            self = samples
            return
        }
        let all = ReadTable(dataset: samples.dataset, groups: nil, remarks: [])
        self.init(try cache.kept(all, memory), in: samples.path)
    }

    private init(_ rows: ReadTable, in path: String) {
        (self.path, dataset, said, memory) = (path, rows.dataset, rows.remarks, nil)
        guard case .classes = rows.dataset.targets else {
            classes = nil
            return
        }
        classes = rows.dataset.classNames?.compactMap { Int($0) }
    }

    /// - Parameters:
    ///   - y: Nil for samples that are only to be predicted.
    ///   - classes: Those of the training part.
    init(
        _ x: NumPyArray, _ y: NumPyArray?, _ task: DataTask, classes known: [Int]?, in path: String,
        labels: String? = nil
    ) throws(DataError) {
        (self.path, memory) = (path, x.memory)
        guard (2...4).contains(x.shape.count) else {
            throw DataError(
                .malformed, in: path, "samples of the shape \(x.shape)",
                expected: "(samples, features), (samples, rows, columns) or (samples, channels, rows, columns)")
        }
        let rest = Array(x.shape.dropFirst())
        let shape =
            switch rest.count {
            case 1: SampleShape(channels: rest[0])
            case 2: SampleShape(channels: 1, rows: rest[0], columns: rest[1])
            default: SampleShape(channels: rest[0], rows: rest[1], columns: rest[2])
            }
        for index in 0..<x.values.count where !x.values[index].isFinite {
            throw DataError(
                .nonFinite, in: path, at: .sample(index / shape.features),
                "feature \(index % shape.features + 1) is \(x.values[index])", expected: "finite numbers")
        }
        var values = SampleRecords<Float>(features: shape.features)
        values.append(x.values, samples: x.shape[0])
        let standardization: Standardization = rest.count == 1 ? .perColumn : .perChannel
        let name = Paths.name(path)
        guard let y else {
            dataset = InMemoryDataset(
                name: name, shape: shape, values: values, numbers: [], targets: .none,
                preferredStandardization: standardization)
            classes = nil
            return
        }
        let source = labels ?? path
        guard y.shape.first == x.shape[0] else {
            throw DataError(
                .inconsistent, in: source, "targets of the shape \(y.shape)",
                expected: "one for each of \(x.shape[0]) samples")
        }
        if task != .classes {
            let outputs = y.values.count / x.shape[0]
            for index in 0..<y.values.count {
                let value = y.values[index]
                guard value.isFinite, task == .numbers || value == 0 || value == 1 else {
                    throw DataError(
                        .malformed, in: source, at: .sample(index / outputs), "\(value)",
                        expected: task == .numbers ? "finite numbers" : "0 or 1 for every label")
                }
            }
            dataset = InMemoryDataset(
                name: name, shape: shape, values: values, numbers: y.values.array,
                targets: task == .labels ? .labels(outputs) : .numbers(outputs),
                preferredStandardization: standardization)
            classes = nil
            return
        }
        guard y.values.count == x.shape[0] else {
            throw DataError(
                .malformed, in: source, "targets of the shape \(y.shape)",
                expected: "one class a sample (numpy.argmax of rows with a single 1); or --task numbers or labels")
        }
        var numbers: [Int] = []
        for sample in 0..<y.values.count {
            if let integers = y.integers {
                numbers.append(integers[sample])
            } else if let whole = Int(exactly: y.values[sample]) {
                numbers.append(whole)
            } else {
                throw DataError(
                    .malformed, in: source, at: .sample(sample), "\(y.values[sample]) is no class",
                    expected: "whole numbers; or --task numbers")
            }
        }
        let found = known ?? Set(numbers).sorted()
        guard found.count > 1, found.count <= ClassColumn.mostClasses else {
            throw DataError(
                .malformed, in: source, "\(found.count) different classes",
                expected: "2 to \(ClassColumn.mostClasses); or --task numbers")
        }
        let places = Dictionary(uniqueKeysWithValues: found.enumerated().map { ($1, Int32($0)) })
        if let bad = numbers.firstIndex(where: { places[$0] == nil }) {
            throw DataError(
                .labelOutOfRange, in: source, at: .sample(bad), "the class \(numbers[bad])",
                expected: "classes of the training part: \(found.prefix(10).map(String.init).joined(separator: ", "))")
        }
        dataset = InMemoryDataset(
            name: name, shape: shape, values: values, labels: numbers.map { places[$0] ?? 0 }, classes: found.count,
            classNames: found.map(String.init), preferredStandardization: standardization)
        classes = found
    }

    /// What was understood.
    func remark(_ name: String) -> String {
        let targets = classes.map {
            "\($0.count) classes (\($0.prefix(10).map(String.init).joined(separator: ", "))\($0.count > 10 ? ", ..." : ""))"
        }
        return "\(name): \(dataset.count) samples of \(dataset.shape); \(targets ?? "\(dataset.targets)")"
    }
}

extension Options {
    /// The classes or numbers of the samples of a .npy file.
    public var labels: Option<String?> {
        Option(
            "labels", .data, "PATH", .text("a path"), inWords: "none", carryOver: .refused,
            "of --data with a .npy file: the .npy file of its classes or numbers")
    }

    /// Those of the test samples.
    public var testLabels: Option<String?> {
        Option(
            "test-labels", .data, "PATH", .text("a path"), inWords: "none", carryOver: .refused,
            "the same of --test-data")
    }
}
