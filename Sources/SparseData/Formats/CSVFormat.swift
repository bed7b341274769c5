internal import SparseStore

/// Tables as text, plain or `.gz`: one sample a line, a header line or none, separated by commas, semicolons, tabs or
/// blanks. The class is an integer or a text in the first or the last column; all other columns are numbers.
///
/// Which of the two columns it is, unless told: the one whose header is "class", "label", "target" or "y"; else the
/// one with texts; else the only one with two or more distinct integers and nothing else; else, when both have, the
/// first. Classes are numbered in the order of the integers, or of the texts' bytes.
///
/// Of a single file `DataOptions.testFraction` of every class becomes the test part, drawn with seed 0 whatever the
/// seed of the run.
struct CSVFormat: DataFormat {
    let summary = "a table as text (CSV), plain or .gz, one sample a line with its class first or last"
    let reads: Set<String> = ["test-data", "test-fraction", "label-column"]

    private static let labelNames: Set<String> = ["class", "label", "target", "y"]

    func recognises(_ location: DataLocation) -> Bool {
        guard case .file(_, let head) = location else { return false }
        return !head.isEmpty && head.allSatisfy { $0 >= 0x20 || (0x09...0x0D).contains($0) }
    }

    func open(_ location: DataLocation, options: DataOptions) throws(DataError) -> DataSource {
        guard case .file(let file, _) = location else {
            throw DataError(.unknownFormat, in: location.path, "not a file", expected: summary)
        }
        return try open(
            file, test: options.testPath.map { path throws(DataError) in try DataFile(path: path) }, options)
    }

    /// - Parameter testFile: The samples to test; nil to take part of the others.
    func open(_ file: DataFile, test testFile: DataFile?, _ options: DataOptions) throws(DataError) -> DataSource {
        let table = try CSVTable(file, limit: options.memoryLimit)
        let labelFirst = try labelIsFirst(table, file, options)
        let names = (labelFirst ? table.first : table.last).classNames
        let name = Paths.name(file.path)
        let all = Subset(try dataset(table, file, name: name, labelFirst: labelFirst, classNames: names))
        guard let testFile else {
            let parts = all.split(fraction: options.testFraction, seed: 0)
            guard parts.taken.count > 0 else {
                throw DataError(
                    .empty, in: file.path, "no class has enough samples for a test part", expected: "more samples")
            }
            return DataSource(name: name, train: parts.rest, test: parts.taken)
        }
        let testTable = try CSVTable(testFile, limit: options.memoryLimit)
        guard testTable.width == table.width else {
            throw DataError(
                .inconsistent, in: testFile.path, at: .line(1), "\(testTable.width) columns",
                expected: "\(table.width), as in \(file.path)")
        }
        let test = try dataset(
            testTable, testFile, name: Paths.name(testFile.path), labelFirst: labelFirst, classNames: names)
        return DataSource(name: name, train: all, test: Subset(test))
    }

    /// One table whose class column is known.
    func dataset(
        _ table: CSVTable, _ file: DataFile, name: String, labelFirst: Bool, classNames: [String],
        shape: SampleShape? = nil, fullScale: Float = 1, preferredStandardization: Standardization = .perFeature
    ) throws(DataError) -> InMemoryDataset {
        try table.checkFeatures(labelFirst: labelFirst)
        var labels: [Int32] = []
        for (sample, label) in (labelFirst ? table.first : table.last).labels(classNames).enumerated() {
            guard let label else {
                throw DataError(
                    .labelOutOfRange, in: file.path,
                    at: .line(Int(table.lines[sample]), column: labelFirst ? 1 : table.width),
                    "a class that the training part does not have",
                    expected: classNames.prefix(20).joined(separator: ", "))
            }
            labels.append(label)
        }
        return InMemoryDataset(
            name: name, shape: shape ?? SampleShape(channels: table.width - 1),
            values: table.records(labelFirst: labelFirst), labels: labels, classes: classNames.count,
            classNames: classNames, fullScale: fullScale, preferredStandardization: preferredStandardization)
    }

    private func labelIsFirst(_ table: CSVTable, _ file: DataFile, _ options: DataOptions) throws(DataError) -> Bool {
        let (first, last) = (table.first.canBeClasses, table.last.canBeClasses)
        switch options.label {
        case .first where first: return true
        case .last where last: return false
        case .automatic where first || last:
            if let header = table.header {
                if first, CSVFormat.labelNames.contains(header[0].lowercased()) { return true }
                if last, CSVFormat.labelNames.contains(header[table.width - 1].lowercased()) { return false }
            }
            if table.first.isText != table.last.isText { return table.first.isText }
            return first
        default:
            let column =
                options.label == .automatic ? "neither the first nor the last" : "not the \(options.label.rawValue)"
            throw DataError(
                .malformed, in: file.path, "\(column) column holds classes",
                expected: "two or more classes, as integers or as texts")
        }
    }
}
