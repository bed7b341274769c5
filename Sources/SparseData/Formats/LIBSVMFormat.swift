internal import SparseParts
internal import SparseStore

/// Sparse rows as text (LIBSVM, SVMlight), plain or `.gz`: a line a sample, its class or number first, then `feature:value` for each
/// value that is not zero, features ascending from 1, or from 0 where one has that number; what follows a `#` is a comment. Rows stay
/// sparse in memory. https://www.csie.ntu.edu.tw/~cjlin/libsvm/
struct LIBSVMFormat: DataFormat {
    /// The entry of `Parts.dataFormats`.
    static let entry = Registry<any DataFormat>.Entry(
        "libsvm", "sparse rows as text (LIBSVM, SVMlight), plain or .gz: a class and feature:value pairs on each line",
        options: [\.testData, \.testFraction, \.folds, \.fold, \.task], LIBSVMFormat())

    func recognises(_ location: DataLocation) -> Bool {
        guard case .file(_, let head) = location.content else { return false }
        return Self.isPairs(head)
    }

    /// The first line with more than one word is a number and pairs.
    private static func isPairs(_ head: [UInt8]) -> Bool {
        let text = head.starts(with: [0xEF, 0xBB, 0xBF]) ? head.dropFirst(3) : head[...]
        for line in text.split(separator: UInt8(ascii: "\n")) {
            let text = line.prefix { $0 != UInt8(ascii: "#") }
            let words = text.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\r") }
            guard let first = words.first else { continue }
            guard DecimalNumber.parse(Array(first)) != nil else { return false }
            if words.count == 1 { continue }
            // The last word may be cut.
            let pairs = words.count > 2 ? words[1..<(words.count - 1)] : words[1...]
            return pairs.allSatisfy { isPair($0) || $0.starts(with: Array("qid:".utf8)) }
        }
        return false
    }

    /// "12:30" is one here, where a table has a time of day.
    private static func isPair(_ word: ArraySlice<UInt8>) -> Bool {
        let parts = word.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
        return parts.count == 2 && !parts[0].isEmpty && parts[0].allSatisfy { (0x30...0x39).contains($0) }
            && DecimalNumber.parse(Array(parts[1])) != nil
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
        guard options.task != .labels else {
            throw DataError(
                .invalidOption, in: file.path, "--task labels",
                expected: "classes, numbers or inputs: lines have one class or number")
        }
        let rows = try SparseRows(file, limit: options.memoryLimit)
        let name = Paths.name(file.path)
        if let trained = options.trained {
            return try known(rows, testFile, trained, options, name: name)
        }
        let testRows: SparseRows?
        if let testFile { testRows = try SparseRows(testFile, limit: options.memoryLimit) } else { testRows = nil }
        let first = min(rows.leastFeature, testRows?.leastFeature ?? 1) == 0 ? 0 : 1
        let features = max(rows.largestFeature, testRows?.largestFeature ?? 0) - first + 1
        var columns = TableColumns(names: nil, count: features + 1, target: 0)
        columns.firstIndex = first
        // What is in front of the lines is not looked at where inputs are to be found.
        let task = options.task == .inputs ? nil : options.task
        guard options.task != .classes || !rows.targets.hasTooMany else {
            throw DataError(
                .malformed, in: rows.path,
                "more than \(ClassColumn.mostClasses) different numbers in front of the lines",
                expected: "classes; or --task numbers, if these numbers are to be found")
        }
        let list = options.task == .classes ? ClassList(rows.targets) : nil
        if let list { try Self.check(list, rows) }
        let dataset = try rows.dataset(name: name, columns: columns, list: list, task: task)
        var remarks = [
            "\(name): sparse rows, features from \(first), \(rows.entryCount) values that are not zero in \(rows.count) samples of "
                + "\(features); \(list?.summary ?? (task == nil ? "what is in front of them is not read" : "a number to find")); zeros stay zeros: inputs are not standardised"
        ]
        if let testRows, let testFile {
            let test = try testRows.dataset(
                name: Paths.name(testFile.path), columns: columns, list: list, task: task)
            return DataSource(name: name, train: Subset(dataset), test: Subset(test), remarks: remarks)
        }
        let parts = try TestPart(of: Subset(dataset), options, in: file.path)
        guard !parts.taken.isEmpty, !parts.rest.isEmpty else {
            throw DataError(
                .empty, in: file.path, "\(rows.count) samples, too few for a test part",
                expected: "more samples, or a file of test samples (--test-data)")
        }
        if let folds = options.folds, let fold = options.fold {
            remarks.append("\(name): fold \(fold) of \(folds) tests, \(parts.taken.count) samples; the others train")
        }
        return DataSource(
            name: name, train: Subset(dataset, samples: parts.rest), test: Subset(dataset, samples: parts.taken),
            remarks: remarks)
    }

    /// Rows for a network that is there: features past its own are refused, classes are its own.
    private func known(
        _ rows: SparseRows, _ testFile: DataFile?, _ trained: TrainedColumns, _ options: DataOptions, name: String
    ) throws(DataError) -> DataSource {
        // A network that was trained on other data says how many features there are, and counts from 1.
        let columns = trained.columns ?? TableColumns(names: nil, count: trained.features + 1, target: 0)
        let list: ClassList?
        if trained.needsTargets, case .classes = trained.targets {
            list = ClassList(names: trained.classNames ?? [])
        } else {
            list = nil
        }
        let task = trained.needsTargets && options.task != .inputs ? options.task : nil
        let dataset = try rows.dataset(name: name, columns: columns, list: list, task: task)
        guard let testFile else {
            if !trained.needsTargets {
                return DataSource(name: name, train: Subset(dataset, samples: []), test: Subset(dataset))
            }
            let parts = try TestPart(of: Subset(dataset), options, in: rows.path)
            return DataSource(
                name: name, train: Subset(dataset, samples: parts.rest), test: Subset(dataset, samples: parts.taken))
        }
        let test = try SparseRows(testFile, limit: options.memoryLimit).dataset(
            name: Paths.name(testFile.path), columns: columns, list: list, task: task)
        return DataSource(name: name, train: Subset(dataset), test: Subset(test))
    }

    private static func check(_ list: ClassList, _ rows: SparseRows) throws(DataError) {
        if let fraction = list.names.first(where: { Int($0) == nil }) {
            throw DataError(
                .malformed, in: rows.path, "\(fraction) in front of a line, which is no whole number",
                expected: "whole numbers as classes; or --task numbers, if these numbers are to be found")
        }
        guard list.names.count > 1 else {
            throw DataError(
                .malformed, in: rows.path, "a single class, \(list.names.first ?? "")", expected: "two or more classes")
        }
    }
}
