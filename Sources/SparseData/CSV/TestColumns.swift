/// How a table of test samples is kept, whose training table is known: columns are matched by name where both have names, else
/// by place. Columns that the training table ignored may be there or not.
struct TestColumns {
    private(set) var layout: CSVLayout
    /// The table has no column of the target.
    private(set) var lacksTarget = false

    /// - Parameters:
    ///   - targets: Columns of the training table that hold the target, classes or numbers.
    ///   - features: The columns of the training table that are features, in their order.
    ///   - texts: Which of these hold categories.
    ///   - group: The column of the groups.
    /// - Throws: `DataError` when the two have other columns.
    init(
        test: CSVShape, training: CSVShape, targets: [Int], isClasses: Bool, features: [Int], texts: Set<Int>,
        group: Int? = nil
    ) throws(DataError) {
        let (name, trainingName) = (Paths.name(test.path), Paths.name(training.path))
        var remarks: [String] = []
        /// For each column of the training table the one of this table.
        var places: [Int?] = (0..<training.width).map { $0 }
        if let names = test.names, let wanted = training.names {
            if names != wanted {
                places = try Self.places(names, test, wanted, training, used: Set(features + targets), targets)
                let order = (features + targets).compactMap { places[$0] }
                if order != order.sorted() || order.count < features.count + targets.count {
                    remarks = [
                        "\(name) has the columns of \(trainingName) in another order: they are matched by their names"
                    ]
                }
            }
        } else {
            let left = training.width - targets.count
            guard test.width == training.width || test.width == left else {
                throw DataError(
                    .inconsistent, in: test.path, at: .line(test.headerLine), "\(test.width) columns",
                    expected:
                        "\(training.width), the \(isClasses ? "class" : "target") among them, as in \(training.path)")
            }
            if test.width == left {
                places = (0..<training.width).map { column in
                    targets.contains(column) ? nil : column - targets.filter { $0 < column }.count
                }
            }
            if test.names != nil || training.names != nil {
                remarks = [
                    "\(name) has \(test.names == nil ? "no" : "a") header and \(trainingName) has "
                        + "\(training.names == nil ? "none" : "one"): their columns are matched by their places"
                ]
            }
        }
        let found = targets.compactMap { places[$0] }
        lacksTarget = found.count < targets.count
        let columns = features.compactMap { places[$0] }
        layout = CSVLayout(
            width: test.width, candidates: isClasses && !lacksTarget ? found : [], features: columns,
            targets: isClasses || lacksTarget ? [] : found, texts: Set(texts.map { columns[$0] }),
            group: group.flatMap { places[$0] })
        layout.remarks = lacksTarget ? [] : remarks
    }

    private static func places(
        _ names: [String], _ test: CSVShape, _ wanted: [String], _ training: CSVShape, used: Set<Int>, _ targets: [Int]
    ) throws(DataError) -> [Int?] {
        func refusal(_ column: Int?, _ problem: String) -> DataError {
            DataError(
                .inconsistent, in: test.path, at: .line(test.headerLine, column: column.map { $0 + 1 }), problem,
                expected: "the columns of \(training.path), in any order: "
                    + "\(wanted.prefix(20).map { String(CSVText.shown($0).dropFirst().dropLast()) }.joined(separator: ","))"
                    + (wanted.count > 20 ? ",..." : ""))
        }
        let known = Dictionary(wanted.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        if let column = names.indices.first(where: { known[names[$0]] == nil }) {
            throw refusal(column, "a column \(CSVText.shown(names[column])), which the training table does not have")
        }
        let found = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        if let missing = wanted.indices.first(where: {
            used.contains($0) && !targets.contains($0) && found[wanted[$0]] == nil
        }) {
            throw refusal(nil, "no column \(CSVText.shown(wanted[missing]))")
        }
        guard known.count == wanted.count, found.count == names.count else {
            let column = names.indices.first { names[..<$0].contains(names[$0]) }
            throw refusal(column, "columns of one name in another order")
        }
        return wanted.map { found[$0] }
    }
}
