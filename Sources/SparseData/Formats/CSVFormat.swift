public import SparseParts
internal import SparseStore

/// Tables as text in UTF-8, plain or `.gz`: one sample a line, a header line or none, separated by semicolons, tabs, bars,
/// commas or blanks; a field in quotes may hold separators, line breaks, and quotes written twice. One column holds the
/// classes, texts or numbers; all others are features: numbers, or texts of which each is a category. With `--task numbers` or
/// `labels` the columns of `--target` hold numbers to be found.
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
        options: [
            \.testData, \.testFraction, \.folds, \.fold, \.foldBy, \.task, \.target, \.ignoredColumns,
            \.categoricalColumns, \.missingValues,
            \.missingIndicators, \.transform, \.decimalMark, \.textEncoding,
        ], CSVFormat())

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
        if let trained = options.trained, let columns = trained.columns,
            let source = try known(file, testFile, trained, columns, options)
        {
            return source
        }
        let cache = RowCache(
            of: [file], options: options, key: Self.key(options, isAllTraining: testFile != nil))
        let all: ReadTable
        if let kept = try cache?.rows() {
            all = kept
        } else {
            all = try samples(file, isAllTraining: testFile != nil, options, cache)
        }
        return try TableParts(all, options, in: file.path, isAllTraining: testFile != nil).source(test: testFile)
    }

    /// What decides how a training table is read, beside the table.
    private static func key(_ options: DataOptions, isAllTraining: Bool) -> [String] {
        var names: [PartialKeyPath<Options>] = [
            \.task, \.target, \.ignoredColumns, \.categoricalColumns, \.missingValues, \.missingIndicators, \.transform,
            \.decimalMark, \.textEncoding, \.foldBy,
        ]
        if TableSource.dependsOnSplit(options) && !isAllTraining {
            names += [\.testFraction, \.folds, \.fold, \.splitSeed]
        }
        return RowCache.texts(of: names, options)
    }

    /// Reads a training table.
    private func samples(
        _ file: DataFile, isAllTraining: Bool, _ options: DataOptions, _ cache: RowCache?
    ) throws(DataError) -> ReadTable {
        // What says which column it is, if something does before the samples are read.
        enum Teller { case option, header }
        var teller: Teller?
        var leftOut: [Int] = []
        var table = try CSVTable(
            file, limit: options.rowLimit, numbers: NumberSyntax(told: options.decimalMark),
            encoding: options.textEncoding
        ) { shape throws(DataError) in
            var columns = try TableColumnOptions(options, shape)
            if options.task == .inputs {
                leftOut = try Target.leftOut(options.target, shape)
                columns.ignored.formUnion(leftOut)
                guard !(0..<shape.width).allSatisfy(columns.isIgnored) else {
                    throw DataError(
                        .malformed, in: shape.path, at: .line(shape.headerLine),
                        "no column beside those that are left out", expected: "at least one input")
                }
                return CSVLayout(width: shape.width, targets: [], columns)
            }
            if options.task != .classes {
                let targets = try Target.columns(options.target, shape)
                return CSVLayout(width: shape.width, targets: targets, columns)
            }
            if let column = try Target.column(options.target, shape) {
                teller = .option
                return CSVLayout(width: shape.width, target: column, columns)
            }
            guard let column = try CSVFormat.namedColumn(shape) else {
                guard shape.width > (0..<shape.width).count(where: columns.isIgnored) + 1 else {
                    throw DataError(
                        .malformed, in: shape.path, at: .line(shape.headerLine),
                        "a single column beside those that --ignore names",
                        expected: "a class and at least one feature")
                }
                return CSVLayout(undecided: shape.width, columns)
            }
            teller = .header
            return CSVLayout(width: shape.width, target: column, columns)
        }
        if options.missingValues == .drop { table.remove(table.samplesWithoutTarget()) }
        if table.candidates.count > 1 {
            // What no feature can be is said before what the classes are is in doubt.
            let middle = table.layout.columns.indices.filter { slot in
                !table.candidates.contains { $0.column == table.layout.columns[slot] }
                    && table.layout.columns[slot] != table.layout.group
            }
            _ = try ColumnSurvey(table, slots: middle, missing: options.missingValues, indicators: false)
        }
        let target: TableTarget
        if options.task == .inputs {
            target = .inputs(leftOut: leftOut)
        } else if options.task != .classes {
            target = .numbers(table.layout.targets, labels: options.task == .labels)
        } else if let teller {
            target = .classes(try ClassDecision(told: table.candidates[0], byOption: teller == .option, table))
        } else {
            target = .classes(try ClassDecision(first: table.candidates[0], last: table.candidates[1], table))
        }
        let memory = table.memory
        let read = try TableSource(table, target, options).samples(isAllTraining: isAllTraining)
        return try cache.map { cache throws(DataError) in try cache.kept(read, memory) } ?? read
    }

    /// Tables of a network that was trained on one: all of `file`, part of which is to test, unless there is a file for that.
    /// - Returns: Nil for a network whose table is not known well enough.
    private func known(
        _ file: DataFile, _ testFile: DataFile?, _ trained: TrainedColumns, _ columns: TableColumns,
        _ options: DataOptions
    ) throws(DataError) -> DataSource? {
        var list: ClassList?
        if case .classes = trained.targets {
            guard let names = trained.classNames else { return nil }
            list = ClassList(names: names)
        }
        var isLabels = false
        if case .labels = trained.targets { isLabels = true }
        let reader = TableReader(
            columns: columns, list: list, labels: isLabels, training: "the training table", options)
        let read = testFile ?? file
        guard let table = try reader.read(read) else {
            // As in training: such a table tests nothing.
            if file.path != read.path, let train = try reader.read(file) {
                return DataSource(
                    name: Paths.name(read.path), train: Subset(train.dataset),
                    test: Subset(train.dataset, samples: []), remarks: train.remarks)
            }
            throw DataError(
                .inconsistent, in: read.path, "no column of the target",
                expected: "the columns of the table that the network was trained on; predict needs no target")
        }
        let name = Paths.name(read.path)
        let (dataset, remarks) = (table.dataset, table.remarks)
        let all = Subset(dataset)
        if testFile != nil {
            // The same file is all test.
            guard file.path != read.path, let train = try reader.read(file) else {
                return DataSource(name: name, train: Subset(dataset, samples: []), test: all, remarks: remarks)
            }
            return DataSource(
                name: name, train: Subset(train.dataset), test: all, remarks: train.remarks + remarks)
        }
        let parts = try TestPart(of: all, options, groups: table.groups, in: file.path)
        return DataSource(
            name: name, train: Subset(dataset, samples: parts.rest), test: Subset(dataset, samples: parts.taken),
            remarks: remarks)
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
}

extension Options {
    /// A CSV file with the test samples; without one `testFraction` of each class of the single file is taken.
    public var testData: Option<String?> {
        Option(
            "test-data", .data, "PATH", .text("a path"), inWords: "part of --data", "CSV file with the test samples")
    }

    /// The column of a CSV file that holds the class: its name in the header, its number from 1, first, last, or automatic:
    /// the header or the columns themselves must leave no doubt.
    public var target: Option<String> {
        Option(
            "target", .data, "NAME|INDEX", .text("a column's name or number, first, last or automatic"),
            default: Target.automatic, aliases: ["label-column"],
            "CSV column that holds the class, by its name or its number from 1; several with --task numbers or labels; "
                + "with --task inputs, what is left out, or none"
        ).withCommas()
    }
}
