internal import SparseStore

/// A training table whose target is known, on its way to samples.
struct TableSource {
    private var table: CSVTable
    private let target: TableTarget
    private let options: DataOptions
    private var rules: [ColumnRule]
    private var remarks: [String]
    private let slots: Range<Int>

    private var name: String { Paths.name(table.path) }

    init(_ read: CSVTable, _ target: TableTarget, _ options: DataOptions) throws(DataError) {
        var table = read
        let column: Int?
        if case .classes(let decision) = target { column = decision.classes.column } else { column = nil }
        table.settle(target: column)
        slots = table.layout.featureSlots(without: column)
        try table.checkForTinyNumbers(without: column)
        try table.checkForIDs(without: column)
        let survey = try ColumnSurvey(
            table, slots: slots, missing: options.missingValues, indicators: options.missingIndicators)
        table.remove(survey.incomplete)
        guard table.count > 0 else {
            throw DataError(
                .empty, in: table.path, at: .line(table.shape.headerLine), "no sample without a missing value is left",
                expected: "other columns, or --missing mean")
        }
        (self.table, self.target, self.options, rules) = (table, target, options, survey.rules)
        remarks = table.remarks + survey.remarks
    }

    /// The parts.
    /// - Parameter testFile: The samples to test; nil to take part of the others.
    func source(test testFile: DataFile?) throws(DataError) -> DataSource {
        // Which samples are tested follows from the targets alone; what stands for missing values, from the others.
        let raw = Subset(try dataset(table.records(slots), table, TableEncoding(slots.map { _ in .number })))
        var (rest, taken) = (raw.samples, [Int]())
        if testFile == nil {
            let parts = try TestPart(of: raw, options, groups: table.groups, in: table.path)
            guard !parts.taken.isEmpty, !parts.rest.isEmpty else { throw nothingToTest() }
            (rest, taken) = (parts.rest, parts.taken)
        }
        let rules = transformed(filled(from: rest), by: rest)
        let encoding = TableEncoding(rules)
        let dataset = try dataset(
            encoding.records(table, slots: slots, limit: options.memoryLimit), table, encoding)
        var said = remarks + [remark(encoding)]
        if let folds = options.folds, let fold = options.fold {
            said.append(
                "\(name): fold \(fold) of \(folds) tests, \(taken.count) samples; the others train, \(rest.count)")
        }
        if options.transform == .log1p {
            said.append(
                "\(name): the logarithm of 1 + x is taken of \(rules.count { $0.transform == .log1p }) of \(rules.count) columns, "
                    + "those of numbers with none below 0 and others than 0 and 1")
        }
        if case .classes(let decision) = target {
            said += decision.doubts(table) + (testFile == nil ? untested(dataset, taken, decision) : [])
        }
        said += constants(dataset, rest, encoding)
        let train = Subset(dataset, samples: rest)
        guard let testFile else {
            return DataSource(name: name, train: train, test: Subset(dataset, samples: taken), remarks: said)
        }
        let reader = TableReader(
            columns: columns(rules), list: list, labels: isLabels, training: table.path, options)
        guard let test = try reader.read(testFile) else {
            said.append(
                "\(Paths.name(testFile.path)) has no column of the target: nothing is tested; predict says what the network "
                    + "makes of it")
            return DataSource(name: name, train: train, test: Subset(dataset, samples: []), remarks: said)
        }
        return DataSource(name: name, train: train, test: Subset(test.dataset), remarks: said + test.remarks)
    }

    private var list: ClassList? { if case .classes(let decision) = target { decision.list } else { nil } }
    private var isLabels: Bool { if case .numbers(_, let labels) = target { labels } else { false } }

    /// The columns of the training table, as networks keep them.
    private func columns(_ rules: [ColumnRule]) -> TableColumns {
        var all = Array(repeating: ColumnRule(kind: .ignored), count: table.shape.width)
        for column in target.columns { all[column] = ColumnRule(kind: .target) }
        for (index, slot) in slots.enumerated() { all[table.layout.columns[slot]] = rules[index] }
        var columns = TableColumns(
            names: table.shape.names, count: table.shape.width, target: target.columns.first ?? 0)
        if all.enumerated().contains(where: { $1 != ($0 == columns.target ? ColumnRule(kind: .target) : .number) }) {
            columns.rules = all
        }
        if target.columns.count > 1 { columns.targets = target.columns }
        columns.decimalMark = table.numbers.hasCommas ? .comma : nil
        columns.encoding = options.textEncoding == .latin1 ? .latin1 : nil
        return columns
    }

    /// The rules, with what stands for missing numbers.
    private func filled(from samples: [Int]) -> [ColumnRule] {
        guard options.missingValues == .mean else { return rules }
        let isTraining = flags(samples)
        var filled = rules
        for (index, slot) in slots.enumerated() where rules[index].kind == .number && rules[index].allowsMissing {
            var (sum, count) = (0.0, 0)
            table.forEachValue(slot: slot) { sample, value in
                if isTraining[sample], value.isFinite { (sum, count) = (sum + Double(value), count + 1) }
                return true
            }
            filled[index].fill = count > 0 ? Float(sum / Double(count)) : 0
        }
        return filled
    }

    /// For each sample of the table whether it is among these.
    private func flags(_ samples: [Int]) -> [Bool] {
        var flags = Array(repeating: false, count: table.count)
        for sample in samples { flags[sample] = true }
        return flags
    }

    /// The rules, with the transform of those columns that it suits.
    private func transformed(_ rules: [ColumnRule], by samples: [Int]) -> [ColumnRule] {
        guard options.transform == .log1p else { return rules }
        let isTraining = flags(samples)
        var transformed = rules
        for (index, slot) in slots.enumerated() where rules[index].kind == .number {
            var (isPositive, isBinary) = (true, true)
            table.forEachValue(slot: slot) { sample, value in
                guard isTraining[sample], value.isFinite else { return true }
                if value < 0 { isPositive = false }
                if value != 0 && value != 1 { isBinary = false }
                return isPositive
            }
            if isPositive && !isBinary { transformed[index].transform = .log1p }
        }
        return transformed
    }

    private func dataset(
        _ records: SampleRecords<Float>, _ table: CSVTable, _ encoding: TableEncoding
    ) throws(DataError) -> InMemoryDataset {
        let columns = columns(encoding.rules)
        if case .classes(let decision) = target {
            return try table.dataset(
                records, columns: columns, classes: table.candidates.first { $0.column == decision.classes.column },
                list: decision.list, labels: false)
        }
        return try table.dataset(records, columns: columns, classes: nil, list: nil, labels: isLabels)
    }

    private func nothingToTest() -> DataError {
        guard case .classes(let decision) = target else {
            return DataError(
                .empty, in: table.path, at: .line(table.shape.headerLine),
                "\(table.count) samples, too few for a test part of \(options.testFraction)",
                expected: "more samples, or a file of test samples (--test-data)")
        }
        return DataError(
            .empty, in: table.path, at: .line(table.shape.headerLine, column: decision.classes.column + 1),
            "no class of \(table.shape.column(decision.classes.column)) has enough samples for a test part of "
                + "\(options.testFraction)",
            expected: "more samples of each class, or a file of test samples (--test-data)")
    }

    /// What was understood.
    private func remark(_ encoding: TableEncoding) -> String {
        switch target {
        case .classes(let decision): return decision.remark(table, features: encoding.features)
        case .numbers(let columns, let labels):
            let shown = columns.prefix(8).map { table.shape.column($0) }.joined(separator: ", ")
            return
                "\(name): \(labels ? "the labels are" : columns.count == 1 ? "the number to find is" : "the numbers to find are") "
                + "\(shown)\(columns.count > 8 ? ", ..." : ""); \(table.count) samples of \(encoding.features) features"
        }
    }

    /// Columns that say nothing.
    private func constants(_ dataset: InMemoryDataset, _ samples: [Int], _ encoding: TableEncoding) -> [String] {
        let isTraining = flags(samples)
        var found: [String] = []
        for (index, slot) in slots.enumerated() where encoding.rules[index].kind == .number {
            var first: UInt32?
            var varies = false
            table.forEachValue(slot: slot) { sample, value in
                guard isTraining[sample] else { return true }
                if first == nil { first = value.bitPattern }
                varies = value.bitPattern != first
                return !varies
            }
            if !varies { found.append(table.shape.column(table.layout.columns[slot])) }
        }
        if found.isEmpty || samples.count < 2 { return [] }
        return [
            "\(name): \(found.count == 1 ? "a column does" : "\(found.count) columns do") not vary in the training part and "
                + "\(found.count == 1 ? "says" : "say") nothing: "
                + found.prefix(8).joined(separator: ", ") + (found.count > 8 ? ", ..." : "")
        ]
    }

    /// A class of which no sample was taken to test.
    private func untested(_ dataset: InMemoryDataset, _ samples: [Int], _ decision: ClassDecision) -> [String] {
        var tested = Set<Int>()
        for sample in samples { tested.insert(dataset.label(of: sample)) }
        let names = decision.list.names.indices.filter { !tested.contains($0) }.map {
            CSVText.shown(decision.list.names[$0])
        }
        if names.isEmpty { return [] }
        return [
            "\(name): too few samples of \(names.count == 1 ? "the class" : "\(names.count) classes,") "
                + "\(names.prefix(10).joined(separator: ", ")) to test any of them"
        ]
    }
}
