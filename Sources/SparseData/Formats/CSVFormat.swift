public import SparseParts
internal import SparseStore

/// Tables as text in UTF-8, plain or `.gz`: one sample a line, a header line or none, separated by semicolons, tabs, bars,
/// commas or blanks; a field in quotes may hold separators, line breaks, and quotes written twice. One column holds the
/// classes, texts or numbers; all others are numbers.
///
/// The column of the classes is the one that `--target` names; else the one whose header says so ("class", "label",
/// "target" and the like); else the first or the last, if it is beyond doubt which (`ClassDecision`). Classes are numbered in
/// the order of their numbers, or of the texts' bytes. What was decided is in the remarks of the `DataSource`.
///
/// Of a single file `--test-fraction` of every class becomes the test part, drawn with seed 0 whatever the
/// seed of the run. The columns of a second file are matched by their names, if both have a header.
struct CSVFormat: DataFormat {
    /// The entry of `Parts.dataFormats`.
    static let entry = Registry<any DataFormat>.Entry(
        "csv", "a table as text (CSV), plain or .gz, one sample a line with its class in one column",
        options: [\.testData, \.testFraction, \.target], CSVFormat())

    func recognises(_ location: DataLocation) -> Bool {
        guard case .file(_, let head) = location.content else { return false }
        // Text in UTF-16 is refused with better words than other files that are no text.
        if head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF]) || isWideText(head) { return true }
        return !head.isEmpty && head.allSatisfy { $0 >= 0x20 || (0x09...0x0D).contains($0) }
    }

    /// Every other byte is zero, and the others are letters.
    private func isWideText(_ head: [UInt8]) -> Bool {
        guard head.count >= 8, head[0] == 0 || head[1] == 0 else { return false }
        let zero = head[0] == 0 ? 0 : 1
        return head.indices.allSatisfy { ($0 % 2 == zero) == (head[$0] == 0) && (head[$0] == 0 || head[$0] >= 9) }
    }

    func open(_ location: DataLocation, options: DataOptions) throws(DataError) -> DataSource {
        guard case .file(let file, _) = location.content else {
            throw DataError(.unknownFormat, in: location.path, "not a file", expected: Self.entry.summary)
        }
        return try open(
            file, test: options.testData.map { path throws(DataError) in try DataFile(path: path) }, options)
    }

    /// - Parameter testFile: The samples to test; nil to take part of the others.
    func open(_ file: DataFile, test testFile: DataFile?, _ options: DataOptions) throws(DataError) -> DataSource {
        // What says which column it is, if something does before the samples are read.
        enum Teller { case option, header }
        var teller: Teller?
        let table = try CSVTable(file, limit: options.memoryLimit) { shape throws(DataError) in
            if let column = try Target.column(options.target, shape) {
                teller = .option
                return CSVLayout(width: shape.width, target: column)
            }
            guard let column = try CSVFormat.namedColumn(shape) else { return CSVLayout(undecided: shape.width) }
            teller = .header
            return CSVLayout(width: shape.width, target: column)
        }
        let decision =
            teller != nil
            ? try ClassDecision(told: table.candidates[0], byOption: teller == .option, table)
            : try ClassDecision(first: table.candidates[0], last: table.candidates[1], table)
        let name = Paths.name(file.path)
        try table.checkFeatures(without: decision.classes.column)
        try table.checkForTinyNumbers(without: decision.classes.column)
        try table.checkForIDs(without: decision.classes.column)
        let dataset = try dataset(table, decision.classes, decision.list, name: name)
        var remarks = table.remarks + [decision.remark(table)] + decision.doubts(table)
        let all = Subset(dataset)
        guard let testFile else {
            let parts = all.split(fraction: options.testFraction, seed: 0, purpose: .testPart)
            guard parts.taken.count > 0 else {
                throw DataError(
                    .empty, in: file.path, at: .line(table.shape.headerLine, column: decision.classes.column + 1),
                    "no class of \(table.shape.column(decision.classes.column)) has enough samples for a test part of "
                        + "\(options.testFraction)",
                    expected: "more samples of each class, or a file of test samples (--test-data)")
            }
            remarks += untested(dataset, parts.taken, decision, table)
            return DataSource(name: name, train: parts.rest, test: parts.taken, remarks: remarks)
        }
        let testTable = try CSVTable(testFile, limit: options.memoryLimit) { shape throws(DataError) in
            try CSVLayout(test: shape, training: table.shape, target: decision.classes.column)
        }
        let test = try self.dataset(
            testTable, testTable.candidates[0], decision.list, name: Paths.name(testFile.path))
        return DataSource(name: name, train: all, test: Subset(test), remarks: remarks + testTable.remarks)
    }

    /// The column that the header names as that of the classes.
    private static func namedColumn(_ shape: CSVShape) throws(DataError) -> Int? {
        guard let names = shape.names else { return nil }
        let columns = TellingName.columns(names)
        guard columns.count > 1 else { return columns.first }
        throw DataError(
            .malformed, in: shape.path, at: .line(shape.headerLine, column: columns[1] + 1),
            "\(shape.column(columns[0])) and \(shape.column(columns[1])) may both be the class",
            expected: columns.map { "--target \(Target.word(column: $0, name: names[$0]))" }.joined(separator: " or "))
    }

    /// A class of which no sample was taken to test.
    private func untested(
        _ dataset: InMemoryDataset, _ test: Subset, _ decision: ClassDecision, _ table: CSVTable
    ) -> [String] {
        var tested = Set<Int>()
        for sample in test.samples { tested.insert(dataset.label(of: sample)) }
        let names = decision.list.names.indices.filter { !tested.contains($0) }.map {
            CSVText.shown(decision.list.names[$0])
        }
        if names.isEmpty { return [] }
        return [
            "\(Paths.name(table.path)): too few samples of \(names.count == 1 ? "the class" : "\(names.count) classes,") "
                + "\(names.prefix(10).joined(separator: ", ")) to test any of them"
        ]
    }

    /// One table whose class column is known.
    func dataset(
        _ table: CSVTable, _ classes: ClassColumn, _ list: ClassList, name: String,
        shape: SampleShape? = nil, fullScale: Float = 1, preferredStandardization: Standardization = .perFeature
    ) throws(DataError) -> InMemoryDataset {
        let numbers = classes.entries.map { list.number(of: $0) }
        if let bad = numbers.indices.first(where: { numbers[$0] == nil }) {
            let entry = classes.entries[bad]
            let isMissing = classes.missing.contains { $0.firstSample == entry.firstSample }
            throw DataError(
                .labelOutOfRange, in: table.path, at: table.place(sample: entry.firstSample, column: classes.column),
                isMissing
                    ? "no class: \(entry.shown)"
                    : "the class \(entry.shown), which the training table does not have",
                expected: list.names.prefix(20).map { String(CSVText.shown($0).dropFirst().dropLast()) }
                    .joined(separator: ", ") + (list.names.count > 20 ? ", ..." : ""))
        }
        if classes.hasTooMany {
            throw DataError(
                .labelOutOfRange, in: table.path, at: table.place(sample: 0, column: classes.column),
                "more than \(ClassColumn.mostClasses) different entries", expected: list.summary)
        }
        let (columns, target) = (table.shape, classes.column)
        return InMemoryDataset(
            name: name, shape: shape ?? SampleShape(channels: table.shape.width - 1),
            values: table.records(without: classes.column),
            labels: classes.indices.map { numbers[Int($0)] ?? 0 }, classes: list.names.count,
            classNames: list.names, fullScale: fullScale, preferredStandardization: preferredStandardization,
            columns: TableColumns(names: columns.names, count: columns.width, target: target),
            nameOfFeature: { columns.column($0 < target ? $0 : $0 + 1) })
    }
}

extension Options {
    /// A CSV file with the test samples; without one `testFraction` of each class of the single file is taken.
    public var testData: Option<String?> {
        Option(
            "test-data", .data, "PATH", .text("a path"), inWords: "part of --data", "CSV file with the test samples")
    }

    /// Share of each class of a single CSV file that becomes the test part, by a rule that no seed changes.
    public var testFraction: Option<Double> {
        Option(
            "test-fraction", .data, "F", .openFraction, default: 0.2, carryOver: .refused,
            "that part, of a single CSV file")
    }

    /// The column of a CSV file that holds the class: its name in the header, its number from 1, first, last, or automatic:
    /// the header or the columns themselves must leave no doubt.
    public var target: Option<String> {
        Option(
            "target", .data, "NAME|INDEX", .text("a column's name or number, first, last or automatic"),
            default: Target.automatic, aliases: ["label-column"],
            "CSV column that holds the class, by its name or its number from 1")
    }
}
