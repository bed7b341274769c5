internal import SparseStore

/// Which samples of a training table are to test.
struct TableParts {
    /// Samples to train on, and to test.
    let rest: [Int]
    let taken: [Int]
    private let table: ReadTable
    private let path: String
    private let options: DataOptions

    private var dataset: InMemoryDataset { table.dataset }
    private var name: String { Paths.name(path) }

    /// - Parameters:
    ///   - path: Of the table.
    ///   - isAllTraining: True when a second file has the test samples.
    /// - Throws: `DataError` when no sample is left to test or to train.
    init(
        _ table: ReadTable, _ options: DataOptions, in path: String, isAllTraining: Bool
    ) throws(DataError) {
        (self.table, self.path, self.options) = (table, path, options)
        if isAllTraining {
            (rest, taken) = (Array(0..<table.dataset.count), [])
            return
        }
        let parts = try TestPart(of: Subset(table.dataset), options, groups: table.groups, in: path)
        (rest, taken) = (parts.rest, parts.taken)
        guard !taken.isEmpty, !rest.isEmpty else { throw Self.nothingToTest(table.dataset, options, in: path) }
    }

    /// The parts of the table, and the second file's samples where there is one.
    func source(test testFile: DataFile?) throws(DataError) -> DataSource {
        var said = table.remarks
        if let folds = options.folds, let fold = options.fold {
            said.append(
                "\(name): fold \(fold) of \(folds) tests, \(taken.count) samples; the others train, \(rest.count)")
        }
        said += (testFile == nil ? untested : []) + constants
        let train = Subset(dataset, samples: rest)
        guard let testFile, let columns = dataset.columns else {
            return DataSource(name: name, train: train, test: Subset(dataset, samples: taken), remarks: said)
        }
        let list = dataset.classes > 0 ? dataset.classNames.map { ClassList(names: $0) } : nil
        let isLabels = if case .labels = dataset.targets { true } else { false }
        let reader = TableReader(columns: columns, list: list, labels: isLabels, training: path, options)
        guard let test = try reader.read(testFile) else {
            said.append(
                "\(Paths.name(testFile.path)) has no column of the target: nothing is tested; predict says what the network "
                    + "makes of it")
            return DataSource(name: name, train: train, test: Subset(dataset, samples: []), remarks: said)
        }
        return DataSource(name: name, train: train, test: Subset(test.dataset), remarks: said + test.remarks)
    }

    private static func nothingToTest(
        _ dataset: InMemoryDataset, _ options: DataOptions, in path: String
    ) -> DataError {
        guard dataset.classes > 0, let columns = dataset.columns else {
            return DataError(
                .empty, in: path, "\(dataset.count) samples, too few for a test part of \(options.testFraction)",
                expected: "more samples, or a file of test samples (--test-data)")
        }
        let shape = CSVShape(path: path, width: columns.count, names: columns.names, headerLine: 1)
        return DataError(
            .empty, in: path, at: .line(1, column: columns.target + 1),
            "no class of \(shape.column(columns.target)) has enough samples for a test part of \(options.testFraction)",
            expected: "more samples of each class, or a file of test samples (--test-data)")
    }

    /// Columns that say nothing.
    private var constants: [String] {
        guard rest.count > 1, let columns = dataset.columns else { return [] }
        let shape = CSVShape(path: path, width: columns.count, names: columns.names, headerLine: 1)
        let rules = columns.columnRules
        var (found, feature) = ([String](), 0)
        for column in columns.featureColumns {
            defer { feature += rules[column].features }
            guard rules[column].kind == .number, dataset.isConstant(feature, in: rest) else { continue }
            found.append(shape.column(column))
        }
        if found.isEmpty { return [] }
        return [
            "\(name): \(found.count == 1 ? "a column does" : "\(found.count) columns do") not vary in the training part and "
                + "\(found.count == 1 ? "says" : "say") nothing: "
                + found.prefix(8).joined(separator: ", ") + (found.count > 8 ? ", ..." : "")
        ]
    }

    /// A class of which no sample was taken to test.
    private var untested: [String] {
        guard dataset.classes > 0, let all = dataset.classNames else { return [] }
        var tested = Set<Int>()
        for sample in taken { tested.insert(dataset.label(of: sample)) }
        let names = all.indices.filter { !tested.contains($0) }.map { CSVText.shown(all[$0]) }
        if names.isEmpty { return [] }
        return [
            "\(name): too few samples of \(names.count == 1 ? "the class" : "\(names.count) classes,") "
                + "\(names.prefix(10).joined(separator: ", ")) to test any of them"
        ]
    }
}
