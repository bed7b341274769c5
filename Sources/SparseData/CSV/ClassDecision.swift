/// Which column of a table holds the classes, and why: because it was told, or because nothing else can be meant.
struct ClassDecision {
    let classes: ClassColumn
    let list: ClassList
    /// Completes "the class is column 5, ...".
    let reason: String

    /// Whole numbers of so many values in a column that "target" names may be quantities.
    private static let fewClasses = 20

    /// A column that was told to hold the classes, by option or by its name.
    init(told column: ClassColumn, byOption: Bool, _ table: CSVTable) throws(DataError) {
        try table.checkForInfinities(column)
        classes = column
        list = ClassList(column)
        reason = byOption ? "as --target says" : "by its name"
        let kind = ColumnKind(column, list)
        let quantity =
            switch kind {
            case .fractions: byOption ? list.names.count > max(2, min(Self.fewClasses, table.count / 3)) : true
            case .manyIntegers: !byOption && list.names.count > max(Self.fewClasses, table.count / 5)
            default: false
            }
        guard !quantity || column.hasTooMany else {
            throw Self.quantity(column, kind, list, table, mayBeTold: !byOption)
        }
        try check(table)
    }

    /// The first or the last column, if it is beyond doubt which of them.
    init(first: ClassColumn, last: ClassColumn, _ table: CSVTable) throws(DataError) {
        for column in [first, last] { try table.checkForInfinities(column) }
        let lists = [ClassList(first), ClassList(last)]
        let kinds = [ColumnKind(first, lists[0]), ColumnKind(last, lists[1])]
        let isInteger = kinds.map { [.codes, .fewIntegers, .manyIntegers].contains($0) }
        let chosen: Int?
        var words = "the only column that holds classes"
        switch (kinds[0], kinds[1]) {
        case (.texts, .texts): chosen = nil
        case (_, .texts): (chosen, words) = (1, "the only column of texts")
        // A text before whole numbers may be a feature, such as a sex before an age.
        case (.texts, _):
            let mayBeClass = isInteger[1] && !last.hasTooMany && lists[1].names.count <= table.count / 2
            (chosen, words) = (mayBeClass ? nil : 0, "the only column of texts")
        case (.codes, .codes), (.codes, .fewIntegers), (.fewIntegers, .codes), (.fewIntegers, .fewIntegers):
            chosen = nil
        // In a table whose names do not tell, a number in front is more often a feature.
        case (.codes, _):
            chosen = table.shape.names == nil || kinds[1] == .constant || kinds[1] == .noClasses ? 0 : nil
        case (_, .codes): chosen = 1
        case (.fewIntegers, _): chosen = isInteger[1] || table.shape.names != nil ? nil : 0
        case (_, .fewIntegers): chosen = isInteger[0] ? nil : 1
        default: throw Self.none(first, last, kinds, lists, table)
        }
        guard let chosen else { throw Self.doubt(first, last, kinds, lists, table) }
        classes = chosen == 0 ? first : last
        list = lists[chosen]
        reason = words
        try check(table)
    }

    /// The line to print.
    func remark(_ table: CSVTable, features: Int) -> String {
        "\(Paths.name(table.path)): the class is \(table.shape.column(classes.column)), \(reason): \(list.summary); "
            + "\(table.count) samples of \(features) features"
    }

    /// What may be otherwise than it seems.
    func doubts(_ table: CSVTable) -> [String] {
        guard let (one, other) = list.lookalikes else { return [] }
        return [
            "\(Paths.name(table.path)): the classes \(CSVText.shown(one)) and \(CSVText.shown(other)) differ in case, blanks or "
                + "the encoding of letters alone, and count as two"
        ]
    }

    /// Every sample has one of two or more classes, and every class is text that can be read.
    private func check(_ table: CSVTable) throws(DataError) {
        let column = table.shape.column(classes.column)
        if classes.hasTooMany {
            throw DataError(
                .malformed, in: table.path, at: table.place(sample: 0, column: classes.column),
                "more than \(ClassColumn.mostClasses) different entries in \(column)", expected: "a column of classes")
        }
        if let entry = classes.missing.min(by: { $0.firstSample < $1.firstSample }) {
            throw DataError(
                .malformed, in: table.path, at: table.place(sample: entry.firstSample, column: classes.column),
                "no class: \(entry.shown) in \(column)",
                expected: "a class on every line: take the line out, or give it a class of another name")
        }
        try classes.checkText(table)
        guard list.names.count > 1 else {
            throw DataError(
                .malformed, in: table.path, at: table.place(sample: 0, column: classes.column),
                "a single class, \(CSVText.shown(list.names.first ?? "")), in \(column)",
                expected: "two or more; if another column holds them, --target and its name or number")
        }
    }

    private static func quantity(
        _ column: ClassColumn, _ kind: ColumnKind, _ list: ClassList, _ table: CSVTable, mayBeTold: Bool
    ) -> DataError {
        let entry = column.present.first {
            kind != .fractions
                || ClassList.numericKey($0.bytes).map { if case .fraction = $0 { true } else { false } } ?? false
        }
        let word = Target.word(column: column.column, name: table.shape.names?[column.column])
        return DataError(
            .malformed, in: table.path, at: table.place(sample: entry?.firstSample ?? 0, column: column.column),
            "\(entry?.shown ?? "a number") is one of \(list.names.count)\(column.hasTooMany ? " or more" : "") different "
                + "\(kind == .fractions ? "numbers" : "whole numbers") in \(table.shape.column(column.column)), a quantity "
                + "rather than a class",
            expected: "classes; if "
                + (mayBeTold && (kind != .fractions || list.names.count <= fewClasses)
                    ? "these numbers are classes, --target \(word); if " : "")
                + "another column holds them, --target and its name or number")
    }

    private static func none(
        _ first: ClassColumn, _ last: ClassColumn, _ kinds: [ColumnKind], _ lists: [ClassList], _ table: CSVTable
    ) -> DataError {
        // The one that comes nearest, else the last.
        if kinds[1] == .manyIntegers || kinds[1] == .fractions, kinds[0] != .manyIntegers {
            return quantity(last, kinds[1], lists[1], table, mayBeTold: true)
        }
        if kinds[0] == .manyIntegers { return quantity(first, kinds[0], lists[0], table, mayBeTold: true) }
        return DataError(
            .malformed, in: table.path, at: table.place(sample: 0, column: last.column),
            "neither the first nor the last column holds two or more classes, each of several samples",
            expected: "classes in one of them, or --target and the name or number of the column that has them")
    }

    private static func doubt(
        _ first: ClassColumn, _ last: ClassColumn, _ kinds: [ColumnKind], _ lists: [ClassList], _ table: CSVTable
    ) -> DataError {
        func described(_ column: ClassColumn, _ list: ClassList) -> String {
            "\(table.shape.column(column.column)) with \(list.summary)"
        }
        let words = [first, last].map { Target.word(column: $0.column, name: table.shape.names?[$0.column]) }
        guard kinds[1] != .fractions, !last.hasTooMany else {
            return DataError(
                .malformed, in: table.path, at: table.place(sample: 0, column: first.column),
                "\(described(first, lists[0])) may be the class or a feature",
                expected:
                    "--target \(words[0]) if it is the class, else --target and the name or number of the one that is")
        }
        return DataError(
            .malformed, in: table.path, at: table.place(sample: 0, column: last.column),
            "\(described(first, lists[0])) and \(described(last, lists[1])) may both be the class",
            expected: "--target \(words[0]) or --target \(words[1])")
    }
}

extension ClassColumn {
    /// Refuses entries that are no UTF-8: two of them might be shown as the same.
    func checkText(_ table: CSVTable) throws(DataError) {
        for entry in entries where String(validating: entry.bytes, as: UTF8.self) == nil {
            throw CSVShape.notUTF8(table.path, at: table.place(sample: entry.firstSample, column: column), entry.bytes)
        }
    }
}
