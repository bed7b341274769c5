/// What is to be found of each sample of a table: classes in one column, numbers in some, or no column's content.
enum TableTarget {
    /// Which column holds the classes, and why.
    case classes(ClassDecision)
    /// The columns of the numbers; `labels` when each is 0 or 1.
    case numbers([Int], labels: Bool)
    /// Nothing that stands in a column of its own; these columns are left out.
    case inputs(leftOut: [Int])

    /// The columns, from 0.
    var columns: [Int] {
        switch self {
        case .classes(let decision): [decision.classes.column]
        case .numbers(let columns, _): columns
        case .inputs: []
        }
    }
}

extension CSVTable {
    /// The numbers to be found, sample after sample.
    /// - Parameter labels: True when each must be 0 or 1.
    func targetNumbers(labels: Bool) throws(DataError) -> [Float] {
        let (outputs, first) = (layout.targets.count, layout.featureCount)
        var numbers = Array(repeating: Float(0), count: count * outputs)
        for (output, column) in layout.targets.enumerated() {
            var bad: (sample: Int, value: Float)?
            forEachValue(slot: first + output) { sample, value in
                numbers[sample * outputs + output] = value
                if !value.isFinite || labels && value != 0 && value != 1 { bad = (sample, value) }
                return bad == nil
            }
            guard let bad else { continue }
            let place = place(sample: bad.sample, column: column)
            guard let entry = CSVTable.entry(bad.value) else {
                throw DataError(
                    .malformed, in: path, at: place, "\(bad.value) in \(shape.column(column))",
                    expected: "0 or 1 in every column of labels, as --task labels says")
            }
            let bytes = texts[first + output].map { entry < $0.entries.count ? $0.entries[entry].bytes : [] } ?? []
            let isMissing = CSVText.isMissing(bytes)
            throw DataError(
                .malformed, in: path, at: place,
                "\(bytes.isEmpty ? "an empty field" : CSVText.shown(bytes)) in \(shape.column(column)), "
                    + (isMissing ? "a missing value of the target" : "which is no number"),
                expected: isMissing
                    ? "a number on every line; with --missing drop such samples are left out"
                    : "numbers in the target; if it holds classes, --task classes")
        }
        return numbers
    }

    /// For each sample the number of its group, where there are groups.
    var groups: [Int]? {
        guard layout.group != nil else { return nil }
        var groups: [Int] = []
        groups.reserveCapacity(count)
        forEachValue(slot: layout.stride - 1) { _, value in
            groups.append(CSVTable.entry(value) ?? 0)
            return true
        }
        return groups
    }

    /// Samples without a target, ascending: without a number, or without a class in the column that is known to hold the classes.
    func samplesWithoutTarget() -> [Int] {
        if candidates.count == 1, let column = candidates.first, !column.hasTooMany {
            let missing = Set(column.missing.map(\.bytes))
            return column.indices.indices.filter { missing.contains(column.entries[Int(column.indices[$0])].bytes) }
        }
        return samplesMissing(layout.featureCount..<(layout.featureCount + layout.targets.count))
    }

    /// Samples that have no value in one of these slots, ascending.
    func samplesMissing(_ slots: some Sequence<Int>) -> [Int] {
        var found: Set<Int> = []
        for slot in slots {
            guard let isMissing = texts[slot]?.entries.map({ CSVText.isMissing($0.bytes) }), isMissing.contains(true)
            else { continue }
            forEachValue(slot: slot) { sample, value in
                if let entry = CSVTable.entry(value), entry < isMissing.count, isMissing[entry] { found.insert(sample) }
                return true
            }
        }
        return found.sorted()
    }
}
