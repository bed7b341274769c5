/// Finds out what the columns of a training table hold.
struct ColumnSurvey {
    /// What becomes of each column of features, in the order of their slots; what stands for missing numbers is open (0).
    private(set) var rules: [ColumnRule] = []
    /// Samples with a missing value, ascending.
    private(set) var incomplete: [Int] = []
    /// What was found, each in a sentence for the user.
    private(set) var remarks: [String] = []

    /// More texts than this are categories only where that is said.
    private static let fewCategories = 32
    private static let shown = 8

    /// - Parameters:
    ///   - slots: Those of the features.
    ///   - missing: What is done about missing values.
    ///   - indicators: Whether a feature says where they are.
    init(_ table: CSVTable, slots: some Sequence<Int>, missing: MissingValues, indicators: Bool) throws(DataError) {
        var (categories, withMissing) = ([String](), [String]())
        var problem: (sample: Int, error: DataError)?
        for slot in slots {
            let column = table.layout.columns[slot]
            guard let texts = table.texts[slot] else {
                rules.append(.number)
                continue
            }
            let absent = texts.entries.filter { CSVText.isMissing($0.bytes) }
            let present = texts.entries.filter { !CSVText.isMissing($0.bytes) }
            if !absent.isEmpty {
                withMissing.append(table.shape.column(column))
                if missing == .drop { incomplete += table.samplesMissing([slot]) }
                if missing == .error, let first = absent.first {
                    keep(
                        FieldProblem(first.bytes, column: column, name: table.shape.names?[column], mayBeClass: false)
                            .error(in: table.path, at: table.place(sample: first.firstSample, column: column)),
                        first.firstSample, &problem)
                    continue
                }
            }
            let allows = !absent.isEmpty && (missing == .mean || missing == .zero)
            var rule: ColumnRule
            if present.isEmpty {
                rule = .number
            } else if table.layout.roles[column].isText || Self.isCategorical(texts, present, of: table.count) {
                for entry in present where String(validating: entry.bytes, as: UTF8.self) == nil {
                    throw CSVShape.notUTF8(
                        table.path, at: table.place(sample: entry.firstSample, column: column), entry.bytes)
                }
                guard !texts.isFull else {
                    throw DataError(
                        .malformed, in: table.path, at: table.place(sample: 0, column: column),
                        "more than \(EntryTable.mostEntries) different entries in \(table.shape.column(column))",
                        expected: "a column of categories")
                }
                let list = ClassList(present: present)
                rule = ColumnRule(kind: .categories, categories: list.names)
                categories.append("\(table.shape.column(column)) of \(list.names.count)")
            } else if let first = present.first {
                keep(Self.refusal(first, texts, present, column, table), first.firstSample, &problem)
                continue
            } else {
                continue
            }
            rule.fill = allows ? 0 : nil
            rule.indicator = allows && indicators ? true : nil
            rules.append(rule)
        }
        if let problem { throw problem.error }
        incomplete = Set(incomplete).sorted()
        remark(table, categories: categories, withMissing: withMissing, missing)
    }

    /// The first problem in the file is the one that is told.
    private func keep(_ error: DataError, _ sample: Int, _ problem: inout (sample: Int, error: DataError)?) {
        if let other = problem, other.sample <= sample { return }
        problem = (sample, error)
    }

    /// Texts, not many, none of which looks like a number or a time.
    private static func isCategorical(_ texts: EntryTable, _ present: [EntryTable.Entry], of count: Int) -> Bool {
        guard !texts.isFull, texts.entries.reduce(0, { $0 + $1.samples }) == count,
            present.count <= max(2, min(fewCategories, count / 2))
        else { return false }
        return present.allSatisfy {
            $0.number == nil && DecimalNumber.parse($0.bytes) == nil && !FieldProblem.hasCommas($0.bytes)
                && !FieldProblem.isDate($0.bytes) && !FieldProblem.isHexadecimal($0.bytes)
                && !FieldProblem.isPair($0.bytes)
        }
    }

    private static func refusal(
        _ first: EntryTable.Entry, _ texts: EntryTable, _ present: [EntryTable.Entry], _ column: Int, _ table: CSVTable
    ) -> DataError {
        let place = table.place(sample: first.firstSample, column: column)
        if table.numbers.hasCommas, DecimalNumber.parse(first.bytes) != nil {
            return DataError(
                .malformed, in: table.path, at: place,
                "\(first.shown) in \(table.shape.column(column)), in a table with decimal commas",
                expected: "--decimal comma, if its points separate thousands, or --decimal point")
        }
        let plain = present.allSatisfy {
            !FieldProblem.isHexadecimal($0.bytes) && $0.number == nil
                && !FieldProblem.hasCommas($0.bytes) && !FieldProblem.isDate($0.bytes)
        }
        if plain, texts.entries.reduce(0, { $0 + $1.samples }) == table.count || texts.isFull {
            let word = Target.word(column: column, name: table.shape.names?[column])
            return DataError(
                .malformed, in: table.path, at: place,
                "\(first.shown) is one of \(present.count)\(texts.isFull ? " or more" : "") different texts in "
                    + "\(table.shape.column(column)), too many to be taken for categories",
                expected: "--categories \(word) if that is what they are, or --ignore \(word)")
        }
        return FieldProblem(first.bytes, column: column, name: table.shape.names?[column], mayBeClass: false)
            .error(in: table.path, at: place)
    }

    private mutating func remark(
        _ table: CSVTable, categories: [String], withMissing: [String], _ missing: MissingValues
    ) {
        let name = Paths.name(table.path)
        func list(_ items: [String]) -> String {
            items.prefix(Self.shown).joined(separator: ", ") + (items.count > Self.shown ? ", ..." : "")
        }
        if table.numbers.hasCommas { remarks.append("\(name): commas separate the decimals of its numbers") }
        if !categories.isEmpty {
            remarks.append("\(name): categories, a feature each: \(list(categories))")
        }
        guard !withMissing.isEmpty else { return }
        let what =
            switch missing {
            case .mean: "the mean of the training part stands for them"
            case .zero: "0 stands for them"
            case .drop: "\(incomplete.count) samples with such are left out"
            case .error: "they are refused"
            }
        remarks.append("\(name): values are missing in \(list(withMissing)); \(what)")
    }
}
