extension CSVLayout {
    /// How a table of test samples is kept, whose training table has these columns and its classes in `target`: columns
    /// are matched by name where both have names, else by place.
    /// - Throws: `DataError` when the two have other columns.
    init(test: CSVShape, training: CSVShape, target: Int) throws(DataError) {
        let (name, trainingName) = (Paths.name(test.path), Paths.name(training.path))
        guard let names = test.names, let wanted = training.names else {
            guard test.width == training.width else {
                throw DataError(
                    .inconsistent, in: test.path, at: .line(test.headerLine), "\(test.width) columns",
                    expected: "\(training.width), the class among them, as in \(training.path)")
            }
            self.init(width: training.width, target: target)
            if test.names != nil || training.names != nil {
                remarks = [
                    "\(name) has \(test.names == nil ? "no" : "a") header and \(trainingName) has "
                        + "\(training.names == nil ? "none" : "one"): their columns are matched by their places"
                ]
            }
            return
        }
        if names == wanted {
            self.init(width: training.width, target: target)
            return
        }
        let places = Dictionary(wanted.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        func refusal(_ column: Int?, _ problem: String) -> DataError {
            DataError(
                .inconsistent, in: test.path, at: .line(test.headerLine, column: column.map { $0 + 1 }), problem,
                expected: "the columns of \(training.path), in any order: "
                    + "\(wanted.prefix(20).map { String(CSVText.shown($0).dropFirst().dropLast()) }.joined(separator: ","))"
                    + (wanted.count > 20 ? ",..." : ""))
        }
        if !names.contains(wanted[target]) {
            throw refusal(nil, "no column \(CSVText.shown(wanted[target])), which holds the classes")
        }
        if let column = names.indices.first(where: { places[names[$0]] == nil }) {
            throw refusal(column, "a column \(CSVText.shown(names[column])), which the training table does not have")
        }
        if let missing = wanted.first(where: { !names.contains($0) }) {
            throw refusal(nil, "no column \(CSVText.shown(missing))")
        }
        guard places.count == wanted.count, names.count == wanted.count, Set(names).count == names.count else {
            let column = names.indices.first { names[..<$0].contains(names[$0]) }
            throw refusal(column, "columns of one name in another order")
        }
        let columns = names.compactMap { places[$0] }
        guard let testTarget = columns.firstIndex(of: target) else {
            throw refusal(nil, "no column \(CSVText.shown(wanted[target])), which holds the classes")
        }
        self.init(target: testTarget, slots: columns.map { $0 < target ? $0 : $0 - 1 })
        remarks = ["\(name) has the columns of \(trainingName) in another order: they are matched by their names"]
    }
}
