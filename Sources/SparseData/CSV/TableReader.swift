internal import SparseParts
internal import SparseStore

/// Reads tables as one before them was read, which a network was trained on, or is to be.
struct TableReader {
    /// What is known of that table.
    private let columns: TableColumns
    /// The classes, where there are some.
    private let list: ClassList?
    /// True when the numbers to be found are labels.
    private let labels: Bool
    /// Path of that table, for messages.
    private let training: String
    private let options: DataOptions

    init(columns: TableColumns, list: ClassList?, labels: Bool, training: String, _ options: DataOptions) {
        (self.columns, self.list, self.labels, self.training) = (columns, list, labels, training)
        self.options = options
    }

    /// What decides how a table is read, beside the table.
    private var key: [String] {
        let names = [\Options.missingValues, \.foldBy, \.decimalMark, \.textEncoding] as [PartialKeyPath<Options>]
        return ["as \(training)", RowCache.text(of: columns), labels ? "labels" : "", "\(list?.names ?? [])"]
            + RowCache.texts(of: names, options)
    }

    /// The samples of a table, and what the user should know of them; nil when it has no target.
    func read(_ file: DataFile) throws(DataError) -> ReadTable? {
        let cache = RowCache(of: [file], options: options, key: key)
        if let kept = try cache?.rows() { return kept }
        let (rules, features) = (columns.columnRules, columns.featureColumns)
        let shape = CSVShape(path: training, width: columns.count, names: columns.names, headerLine: 1)
        let mark = columns.decimalMark ?? options.decimalMark
        var lacksTarget = false
        var table = try CSVTable(
            file, limit: options.rowLimit, numbers: NumberSyntax(told: mark),
            encoding: columns.encoding ?? options.textEncoding
        ) { test throws(DataError) in
            let match = try TestColumns(
                test: test, training: shape, targets: columns.targets ?? [columns.target], isClasses: list != nil,
                features: features,
                texts: Set(features.indices.filter { rules[features[$0]].kind == .categories }),
                group: options.foldBy.map { name throws(DataError) in try Target.column(name, shape) } ?? nil)
            lacksTarget = match.lacksTarget
            return match.layout
        }
        if lacksTarget { return nil }
        var remarks = table.remarks
        let slots = 0..<table.layout.featureCount
        if options.missingValues == .drop {
            let incomplete = Set(table.samplesWithoutTarget() + table.samplesMissing(slots)).sorted()
            table.remove(incomplete)
            if !incomplete.isEmpty {
                remarks.append(
                    "\(Paths.name(table.path)): \(incomplete.count) samples with missing values are left out")
            }
        }
        guard table.count > 0 else {
            throw DataError(
                .empty, in: table.path, "no sample without a missing value is left", expected: "at least one")
        }
        let encoding = TableEncoding(features.map { rules[$0] })
        let records = try encoding.records(table, slots: slots)
        let dataset = try table.dataset(
            records, columns: columns, classes: table.candidates.first, list: list, labels: labels)
        let read = ReadTable(dataset: dataset, groups: table.groups, remarks: remarks)
        return try cache.map { cache throws(DataError) in try cache.kept(read, table.memory) } ?? read
    }
}

extension CSVTable {
    /// The samples of features that are known, with classes or numbers.
    /// - Parameters:
    ///   - columns: Of the training table.
    ///   - classes: The column of the classes; nil for numbers.
    ///   - list: The classes there are.
    ///   - labels: True when each number is 0 or 1.
    func dataset(
        _ records: SampleRecords<Float>, columns: TableColumns, classes: ClassColumn?, list: ClassList?, labels: Bool
    ) throws(DataError) -> InMemoryDataset {
        if let classes, let list {
            return try CSVFormat.dataset(
                self, classes, list, records, name: Paths.name(path), columns: columns,
                nameOfFeature: columns.nameOfFeature)
        }
        let targets = columns.targets ?? [columns.target]
        return InMemoryDataset(
            name: Paths.name(path), shape: SampleShape(channels: records.features), values: records,
            numbers: try targetNumbers(labels: labels),
            targets: targets.isEmpty ? .none : labels ? .labels(targets.count) : .numbers(targets.count),
            names: targets.isEmpty ? nil : columns.names.map { names in targets.map { names[$0] } },
            preferredStandardization: .perColumn,
            columns: columns, nameOfFeature: columns.nameOfFeature)
    }
}
