internal import SparseStore

/// Turns the columns of a table into the features of a network, by a rule for each.
struct TableEncoding {
    /// What becomes of each column that holds features, in the order of the training table.
    let rules: [ColumnRule]
    /// The first feature of each.
    let firsts: [Int]
    let features: Int
    private let lists: [ClassList?]

    init(_ rules: [ColumnRule]) {
        self.rules = rules
        var (firsts, features) = ([Int](), 0)
        for rule in rules {
            firsts.append(features)
            features += rule.features
        }
        (self.firsts, self.features) = (firsts, features)
        lists = rules.map { $0.kind == .categories ? ClassList(names: $0.categories ?? []) : nil }
    }

    /// Every column is one feature as it stands.
    var isPlain: Bool { rules.allSatisfy { $0.kind == .number && $0.indicator != true && $0.transform == nil } }

    /// True for a column of numbers that stay what they are, whatever stands for missing ones.
    func isNumber(_ column: Int) -> Bool { rules[column].kind == .number && rules[column].transform == nil }

    /// Writes what an entry becomes to the features of its column, all of which are zero.
    /// - Parameter entry: What stands there, of a column of texts or where it is no number.
    /// - Returns: False when there must be something else.
    func write(
        _ column: Int, number: Float?, entry: EntryTable.Entry?, _ set: (_ feature: Int, _ value: Float) -> Void
    ) -> Bool {
        let (rule, first) = (rules[column], firsts[column])
        if let entry, CSVText.isMissing(entry.bytes) {
            guard let fill = rule.fill else { return false }
            if rule.kind == .number { set(first, rule.transformed(fill)) }
            if rule.indicator == true { set(first + rule.features - 1, 1) }
            return true
        }
        if let list = lists[column] {
            // A text that training had none of is none of the categories.
            if let entry, let category = list.number(of: entry) { set(first + Int(category), 1) }
            return true
        }
        guard let number, number.isFinite else { return false }
        set(first, rule.transformed(number))
        return true
    }

    /// All samples of a table.
    /// - Parameters:
    ///   - slots: Where the columns are among what the table keeps, in the order of the rules.
    func records(
        _ table: CSVTable, slots: Range<Int>
    ) throws(DataError) -> SampleRecords<Float> {
        let holdsTexts = slots.contains { table.texts[$0] != nil }
        if isPlain {
            for (column, slot) in slots.enumerated() where table.texts[slot] != nil {
                try checkEntries(table, column, slot: slot)
                guard let fill = rules[column].fill else { continue }
                table.replace(slot: slot) { _ in fill }
            }
            return table.records(slots)
        }
        let (size, overflow) = table.count.multipliedReportingOverflow(by: features)
        guard !overflow else {
            throw DataError(
                .tooLarge, in: table.path, "\(table.count) samples of \(features) features",
                expected: "fewer columns of categories")
        }
        if holdsTexts {
            for (column, slot) in slots.enumerated() where table.texts[slot] != nil {
                try checkEntries(table, column, slot: slot)
            }
        }
        let buffer = try table.memory.buffer(size, in: table.path)
        let (values, stride, features) = (buffer.elements, table.layout.stride, features)
        // What each entry becomes, once.
        let written = slots.enumerated().map { column, slot in
            (table.texts[slot]?.entries ?? []).map { entry in
                var pairs: [(Int, Float)] = []
                _ = write(column, number: entry.number, entry: entry) { pairs.append(($0, $1)) }
                return pairs
            }
        }
        // Block by block: a table that is larger than memory is gone through once.
        table.forEachBlock { block, samples in
            let read = block.elements
            for (column, slot) in slots.enumerated() {
                let (first, rule, written) = (firsts[column], rules[column], written[column])
                for (row, sample) in samples.enumerated() {
                    let value = read[row * stride + slot]
                    if let entry = CSVTable.entry(value) {
                        if entry < written.count {
                            for (feature, number) in written[entry] { values[sample * features + feature] = number }
                        }
                    } else if rule.kind == .number {
                        values[sample * features + first] = rule.transformed(value)
                    }
                }
            }
        }
        var records = SampleRecords<Float>(features: features)
        records.append(buffer, samples: table.count)
        return records
    }

    /// Refuses entries that a column may not have; of several the first in the file.
    private func checkEntries(_ table: CSVTable, _ column: Int, slot: Int) throws(DataError) {
        let place = table.layout.columns[slot]
        guard let texts = table.texts[slot] else { return }
        let isRight = texts.entries.map { write(column, number: $0.number, entry: $0, { _, _ in }) }
        if isRight.allSatisfy({ $0 }) { return }
        // Samples that had such an entry may have been left out.
        var bad: (entry: EntryTable.Entry, sample: Int)?
        table.forEachValue(slot: slot) { sample, value in
            if let entry = CSVTable.entry(value), entry < isRight.count, !isRight[entry] {
                bad = (texts.entries[entry], sample)
            }
            return bad == nil
        }
        guard let bad else { return }
        throw FieldProblem(bad.entry.bytes, column: place, name: table.shape.names?[place], mayBeClass: false)
            .error(in: table.path, at: table.place(sample: bad.sample, column: place))
    }
}
