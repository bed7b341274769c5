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

    /// All samples.
    /// - Parameter isAllTraining: True when a second file has the test samples.
    func samples(isAllTraining: Bool) throws(DataError) -> ReadTable {
        let rules = try transformedAndFilled(isAllTraining)
        let encoding = TableEncoding(rules)
        let dataset = try dataset(encoding.records(table, slots: slots), table, encoding)
        var said = remarks + [remark(encoding)]
        if options.transform == .log1p {
            said.append(
                "\(name): the logarithm of 1 + x is taken of \(rules.count { $0.transform == .log1p }) of \(rules.count) columns, "
                    + "those of numbers with none below 0 and others than 0 and 1")
        }
        if case .classes(let decision) = target { said += decision.doubts(table) }
        return ReadTable(dataset: dataset, groups: table.groups, remarks: said)
    }

    /// The rules, with what follows from the samples that train: which these are follows from the targets alone.
    private func transformedAndFilled(_ isAllTraining: Bool) throws(DataError) -> [ColumnRule] {
        guard Self.dependsOnSplit(options) else { return rules }
        let raw = ReadTable(
            dataset: try dataset(table.records(slots), table, TableEncoding(slots.map { _ in .number })),
            groups: table.groups, remarks: [])
        let rest = try TableParts(raw, options, in: table.path, isAllTraining: isAllTraining).rest
        return transformed(filled(from: rest), by: rest)
    }

    /// True when what becomes of the columns follows from the samples that train.
    static func dependsOnSplit(_ options: DataOptions) -> Bool {
        options.missingValues == .mean || options.transform != .none
    }

    /// Columns that no rule is found for, because nothing in them is read.
    private var leftOut: [Int] { if case .inputs(let columns) = target { columns } else { [] } }

    private var isLabels: Bool { if case .numbers(_, let labels) = target { labels } else { false } }

    /// The columns of the training table, as networks keep them.
    private func columns(_ rules: [ColumnRule]) -> TableColumns {
        var all = Array(repeating: ColumnRule(kind: .ignored), count: table.shape.width)
        for column in target.columns { all[column] = ColumnRule(kind: .target) }
        for (index, slot) in slots.enumerated() { all[table.layout.columns[slot]] = rules[index] }
        var columns = TableColumns(
            names: table.shape.names, count: table.shape.width, target: target.columns.first ?? leftOut.first ?? 0)
        if all.enumerated().contains(where: { $1 != ($0 == columns.target ? ColumnRule(kind: .target) : .number) }) {
            columns.rules = all
        }
        if target.columns.count != 1 { columns.targets = target.columns }
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

    /// What was understood.
    private func remark(_ encoding: TableEncoding) -> String {
        switch target {
        case .classes(let decision): return decision.remark(table, features: encoding.features)
        case .inputs(let leftOut):
            let shown = leftOut.prefix(8).map { table.shape.column($0) }.joined(separator: ", ")
            let words =
                shown.isEmpty
                ? "" : "\(shown)\(leftOut.count > 8 ? ", ..." : "") \(leftOut.count > 1 ? "are" : "is") not read; "
            return "\(name): \(words)\(table.count) samples of \(encoding.features) features"
        case .numbers(let columns, let labels):
            let shown = columns.prefix(8).map { table.shape.column($0) }.joined(separator: ", ")
            return
                "\(name): \(labels ? "the labels are" : columns.count == 1 ? "the number to find is" : "the numbers to find are") "
                + "\(shown)\(columns.count > 8 ? ", ..." : ""); \(table.count) samples of \(encoding.features) features"
        }
    }
}
