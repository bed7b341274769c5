internal import SparseStore

/// The lines of a file of sparse rows.
struct SparseRows {
    let path: String
    /// What is in front of each line.
    private(set) var targets = ClassColumn(column: 0)
    private var numbers: [Float] = []
    /// Numbers of features as the file has them, and where the entries of each sample begin and end.
    private var indices: [Int32] = []
    private var values: [Float] = []
    private var offsets = [0]
    private var lines: [Int32] = []
    private(set) var leastFeature = 1
    private(set) var largestFeature = 0

    var count: Int { lines.count }
    var entryCount: Int { values.count }

    /// The largest number of a feature: a layer of as many inputs can be made.
    private static let mostFeatures = 1 << 27
    /// Memory that a feature takes, however rare it is: in a panel of 32 samples, and what is computed of it.
    private static let bytesOfFeature = 256

    /// - Parameter limit: Bytes that the entries may take.
    init(_ file: DataFile, limit: Int) throws(DataError) {
        path = file.path
        let reader = try LineReader(file)
        // Quotes, in comments, are letters: no byte of a line separates fields that could begin with one.
        reader.separator = UInt8(ascii: "\n")
        while let line = try reader.nextSample() {
            try read(line, number: reader.number)
            // Indices are in memory twice for a moment; of each line there are offset, number, class and place.
            guard values.count * 12 + count * 24 <= limit else {
                throw DataError(
                    .tooLarge, in: path, at: .line(reader.number), "more than \(limit) bytes of rows",
                    expected: "rows that fit the memory limit")
            }
        }
        guard count > 0 else { throw DataError(.empty, in: path, "no samples", expected: "one sample a line") }
        guard largestFeature > 0 || leastFeature == 0 else {
            throw DataError(.empty, in: path, "no value in any line", expected: "feature:value pairs")
        }
        // Rows are sparse, but a batch is not, nor are means and deviations.
        guard largestFeature < limit / Self.bytesOfFeature else {
            throw DataError(
                .tooLarge, in: path, "features up to \(largestFeature), of which a batch has a number each",
                expected: "at most \(limit / Self.bytesOfFeature), which memory holds")
        }
    }

    private mutating func read(_ line: LineReader.Line, number: Int) throws(DataError) {
        func malformed(_ word: LineReader.Line, _ expected: String) -> DataError {
            DataError(.malformed, in: path, at: .line(number), CSVText.shown(word), expected: expected)
        }
        var rest = line.prefix { $0 != UInt8(ascii: "#") }
        func word(_ rest: inout LineReader.Line) -> LineReader.Line? {
            let start = rest.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            let word = start.prefix { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
            rest = start.dropFirst(word.count)
            return word.isEmpty ? nil : word
        }
        guard let target = word(&rest) else { return }
        guard let value = DecimalNumber.parse(target), value.isFinite else {
            throw malformed(target, "a class or number in front of the pairs; several labels of a sample are not read")
        }
        var last: Int32 = -1
        while let pair = word(&rest) {
            guard let colon = pair.firstIndex(of: UInt8(ascii: ":")) else {
                throw malformed(pair, "feature:value pairs, separated by blanks")
            }
            if pair[..<colon].elementsEqual("qid".utf8) {
                throw malformed(pair, "no qid: ranking is not a task of this program; take them out")
            }
            var feature = 0
            for byte in pair[..<colon] {
                let digit = Int(byte) - 48
                guard (0...9).contains(digit), feature < Self.mostFeatures else {
                    feature = -1
                    break
                }
                feature = feature * 10 + digit
            }
            guard colon > pair.startIndex, (0...Self.mostFeatures).contains(feature) else {
                throw malformed(pair, "the number of a feature, up to \(Self.mostFeatures), before the colon")
            }
            guard let value = DecimalNumber.parse(pair[pair.index(after: colon)...]), value.isFinite else {
                throw malformed(pair, "a finite number after the colon")
            }
            guard Int32(feature) > last else { throw malformed(pair, "features in ascending order, each once a line") }
            last = Int32(feature)
            leastFeature = min(leastFeature, feature)
            largestFeature = max(largestFeature, feature)
            if value == 0 { continue }
            indices.append(Int32(feature))
            values.append(value)
        }
        offsets.append(values.count)
        lines.append(Int32(clamping: number))
        numbers.append(value)
        targets.append(target, isQuoted: false, number: value)
    }

    /// The samples.
    /// - Parameters:
    ///   - columns: Of the rows that are trained on: how many features, and the number of the first.
    ///   - list: The classes there are.
    ///   - task: Nil when nobody asks what is in front of the lines.
    func dataset(
        name: String, columns: TableColumns, list: ClassList?, task: DataTask?
    ) throws(DataError) -> SparseDataset {
        let (first, features) = (Int32(columns.firstIndex ?? 1), columns.count - 1)
        if let bad = indices.firstIndex(where: { $0 < first || Int($0 - first) >= features }) {
            let sample = offsets.firstIndex { $0 > bad } ?? 1
            throw DataError(
                .inconsistent, in: path, at: .line(Int(lines[sample - 1])), "feature \(indices[bad])",
                expected: "features from \(first) to \(Int(first) + features - 1), as in training")
        }
        let records = SparseRecords(
            features: features, offsets: offsets, columns: indices.map { $0 - first }, values: values)
        guard let task else { return SparseDataset(name: name, records, targets: .none, columns: columns) }
        guard task == .classes, let list else {
            return SparseDataset(name: name, records, numbers: numbers, targets: .numbers(1), columns: columns)
        }
        guard !targets.hasTooMany else {
            throw DataError(
                .labelOutOfRange, in: path,
                "more than \(ClassColumn.mostClasses) different numbers in front of the lines",
                expected: list.summary)
        }
        let classes = targets.entries.map { list.number(of: $0) }
        if let bad = classes.indices.first(where: { classes[$0] == nil }) {
            let entry = targets.entries[bad]
            throw DataError(
                .labelOutOfRange, in: path, at: .line(Int(lines[entry.firstSample])),
                "the class \(entry.shown), which the training rows do not have", expected: list.summary)
        }
        return SparseDataset(
            name: name, records, labels: targets.indices.map { classes[Int($0)] ?? 0 },
            targets: .classes(list.names.count), classNames: list.names, columns: columns)
    }
}
