internal import SparseParts
internal import SparseStore

/// A folder as those of the feature selection challenge of NIPS 2003 (I. Guyon, S. Gunn, A. Ben-Hur, G. Dror, "Result analysis of the
/// NIPS 2003 feature selection challenge", 2004): `NAME_train.data` with a sample a line, numbers separated by blanks,
/// `NAME_train.labels` with the class of each, and `NAME_valid.data` and `.labels`, which become the test part; each plain or `.gz`.
struct NIPSFormat: DataFormat {
    /// The entry of `Parts.dataFormats`.
    static let entry = Registry<any DataFormat>.Entry(
        "nips", "a folder with NAME_train.data and NAME_train.labels, and NAME_valid likewise (NIPS 2003)",
        options: [\.testFraction, \.folds, \.fold], NIPSFormat())

    func recognises(_ location: DataLocation) -> Bool { Self.name(of: location.names) != nil }

    /// What the files begin with.
    private static func name(of files: [String]) -> String? {
        let suffixes = ["_train.data", "_train.data.gz"]
        for file in files {
            guard let suffix = suffixes.first(where: file.hasSuffix) else { continue }
            let name = String(file.dropLast(suffix.count))
            if files.contains(name + "_train.labels") || files.contains(name + "_train.labels.gz") { return name }
        }
        return nil
    }

    func open(_ location: DataLocation, options: DataOptions) throws(DataError) -> DataSource {
        guard case .folder(let folder) = location.content, let name = Self.name(of: folder.names) else {
            throw DataError(.unknownFormat, in: location.path, "not such a folder", expected: Self.entry.summary)
        }
        func file(_ part: String) throws(DataError) -> DataFile? {
            let names = [name + part, name + part + ".gz"].filter(folder.names.contains)
            guard let found = names.first else { return nil }
            return try folder.file(found)
        }
        guard let data = try file("_train.data"), let labels = try file("_train.labels") else {
            throw DataError(.notFound, in: location.path, "no training part", expected: Self.entry.summary)
        }
        let (table, classes) = try read(data, labels, options)
        let list = ClassList(classes)
        guard list.names.count > 1, !classes.hasTooMany, classes.missing.isEmpty else {
            throw DataError(
                .malformed, in: labels.path, "\(list.summary)", expected: "a class of two or more on every line")
        }
        let train = try dataset(table, classes, list, options)
        var remarks = ["\(name): \(list.summary); \(table.count) training samples of \(table.shape.width) features"]
        guard let testData = try file("_valid.data"), let testLabels = try file("_valid.labels") else {
            let parts = try TestPart(of: Subset(train), options, in: data.path)
            guard !parts.taken.isEmpty, !parts.rest.isEmpty else {
                throw DataError(
                    .empty, in: data.path, "\(table.count) samples, too few for a test part",
                    expected: "more samples, or \(name)_valid.data and \(name)_valid.labels")
            }
            remarks.append("\(name): no \(name)_valid.labels: \(parts.taken.count) of the training samples test")
            return DataSource(
                name: name, train: Subset(train, samples: parts.rest), test: Subset(train, samples: parts.taken),
                remarks: remarks)
        }
        let (testTable, testClasses) = try read(testData, testLabels, options)
        guard testTable.shape.width == table.shape.width else {
            throw DataError(
                .inconsistent, in: testData.path, "\(testTable.shape.width) numbers a line",
                expected: "\(table.shape.width), as in \(data.path)")
        }
        let test = try dataset(testTable, testClasses, list, options)
        remarks.append("\(name): the validation part, \(testTable.count) samples, is the test part")
        return DataSource(name: name, train: Subset(train), test: Subset(test), remarks: remarks)
    }

    private func dataset(
        _ table: CSVTable, _ classes: ClassColumn, _ list: ClassList, _ options: DataOptions
    ) throws(DataError) -> InMemoryDataset {
        let width = table.shape.width
        let encoding = TableEncoding(Array(repeating: .number, count: width))
        return try CSVFormat.dataset(
            table, classes, list, encoding.records(table, slots: 0..<width),
            name: Paths.name(table.path), columns: nil, nameOfFeature: { "feature \($0 + 1)" })
    }

    private func read(
        _ data: DataFile, _ labels: DataFile, _ options: DataOptions
    ) throws(DataError) -> (CSVTable, ClassColumn) {
        let table = try CSVTable(data, limit: options.rowLimit, numbers: NumberSyntax(told: .point)) { shape in
            CSVLayout(
                width: shape.width, candidates: [], features: Array(0..<shape.width), targets: [], texts: [])
        }
        var classes = ClassColumn(column: 0)
        let reader = try LineReader(labels)
        reader.separator = UInt8(ascii: "\n")
        var count = 0
        while let line = try reader.nextSample() {
            let word = CSVText.trimmed(line)
            classes.append(word, isQuoted: false, number: DecimalNumber.parse(word))
            count += 1
        }
        guard count == table.count else {
            throw DataError(
                .inconsistent, in: labels.path, "\(count) classes",
                expected: "\(table.count), a line for each of \(data.path)")
        }
        return (table, classes)
    }
}
