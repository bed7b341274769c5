internal import SparseStore

/// Rows of a table whose classes are not wanted, or not known: the features alone, read a few lines at a time, so that a table
/// may be larger than memory. Its lines are those that `CSVFormat` reads.
///
/// Columns are matched with those that the network was trained on by their names, where both tables have a header; else by
/// their places. A column of classes may be there or not: it is left out, and `remarks` says so. What became of each column in
/// training, categories and missing values included, becomes of it here; ignored columns are handed on as texts.
package final class FeatureTable: FeatureReader {
    /// What was decided, each in a sentence for the user.
    package let remarks: [String]
    package let features: Int
    private let path: String
    private let reader: LineReader
    private let syntax: CSVSyntax
    private let width: Int
    private let emptyColumns: Int
    private let names: [String]?
    /// What becomes of each column.
    private let sources: [ColumnSource]
    private let encoding: TableEncoding
    private let numbers: NumberSyntax
    /// Names of the ignored columns.
    package let copiedNames: [String]
    /// For each sample that was read since they were taken, the texts of the ignored columns.
    private var copies: [[String]] = []
    /// Lines that were looked at to find the columns, and are samples.
    private var pending: [(line: AlignedBuffer<UInt8>, number: Int)] = []

    /// - Parameters:
    ///   - path: A file, plain or `.gz`, a pipe, or `-` for standard input.
    ///   - features: How many the network reads.
    ///   - columns: Those of the table that it was trained on; nil when it was not trained on a table.
    ///   - target: Name or number of a column to leave out, as `--target` has it; nil to find it.
    ///   - ignored: Names or numbers of columns to copy, beside those that were ignored in training.
    ///   - decimalMark: How numbers are written; nil: as in the table that it was trained on.
    ///   - encoding: How letters are written; nil: likewise.
    /// - Throws: `DataError`.
    package init(
        contentsOf path: String, features: Int, columns: TableColumns?, target: String? = nil, ignored: [String] = [],
        decimalMark: DecimalMark? = nil, encoding textEncoding: TextEncoding? = nil
    ) throws(DataError) {
        let reader = try LineReader(stream: path, encoding: textEncoding ?? columns?.encoding)
        let name = path == "-" ? "standard input" : Paths.name(path)
        guard let firstLine = try reader.nextSample() else {
            throw DataError(.empty, in: name, "no samples", expected: "one sample a line")
        }
        let firstCopy = AlignedBuffer(firstLine)
        let first = (line: firstCopy.elements[...], number: reader.number)
        let secondCopy = try reader.nextSample().map { AlignedBuffer($0) }
        let second = secondCopy.map { (line: $0.elements[...], number: reader.number) }
        let head = try CSVHead(path == "-" ? name : path, first: first, second: second, fewestColumns: 1)
        reader.separator = head.syntax.separator
        // Rules of another number of features are those of no network that can be.
        let known = columns.flatMap { columns in
            columns.columnRules.reduce(0) { $0 + $1.features } == features ? columns : nil
        }
        let match = try ColumnMatch(head.shape, features: features, columns: known, target: target, ignored: ignored)
        (sources, remarks) = (match.sources, match.remarks)
        encoding = TableEncoding(
            known.map { columns in columns.columnRules.filter { $0.features > 0 } }
                ?? Array(repeating: .number, count: features))
        numbers = NumberSyntax(told: decimalMark ?? columns?.decimalMark)
        copiedNames = sources.indices.compactMap { column in
            guard case .copied = match.sources[column] else { return nil }
            return head.shape.names?[column] ?? "column \(column + 1)"
        }
        (syntax, width, emptyColumns) = (head.syntax, head.shape.width, head.emptyColumns)
        names = head.shape.names
        (self.features, self.path, self.reader) = (features, head.shape.path, reader)
        let samples = Set(head.samples.map(\.number))
        pending =
            [(firstCopy, first.number)] + (secondCopy.flatMap { copy in second.map { [(copy, $0.number)] } } ?? [])
        pending.removeAll { !samples.contains($0.number) }
        if pending.isEmpty {
            throw DataError(
                .empty, in: self.path, at: .line(first.number), "no samples after the header",
                expected: "one sample a line")
        }
    }

    /// The texts of the ignored columns, of each sample that was read since the last call.
    package func takeCopies() -> [[String]] {
        defer { copies = [] }
        return copies
    }

    /// Whether it can be read once only: standard input (`-`), a pipe, a device.
    static func isStream(_ path: String) -> Bool {
        path == "-" || StoredBytes.exists(path) && !StoredBytes.isFile(path) && !StoredBytes.isFolder(path)
    }

    package func read(_ count: Int, into values: inout [Float]) throws(DataError) -> Int {
        var read = 0
        while read < count {
            if let (line, number) = pending.first {
                pending.removeFirst()
                try append(line.elements[...], number: number, to: &values)
            } else {
                guard let line = try reader.nextSample() else { break }
                try append(line, number: reader.number, to: &values)
            }
            read += 1
        }
        return read
    }

    private func append(_ line: CSVSyntax.Bytes, number: Int, to values: inout [Float]) throws(DataError) {
        let start = values.count
        values.append(contentsOf: repeatElement(0, count: features))
        let (width, sources, encoding) = (width, sources, encoding)
        var copied: [String] = []
        let outcome = try syntax.forEachField(of: line) { (column, field, isQuoted) throws(DataError) in
            guard column < width else {
                if column < width + emptyColumns, !field.isEmpty {
                    throw CSVHead.ragged(path, number, syntax.fieldCount(of: line), width, syntax)
                }
                return
            }
            switch sources[column] {
            case .leftOut: return
            case .copied: copied.append(String(decoding: CSVText.bytes(field, isQuoted: isQuoted), as: UTF8.self))
            case .feature(let feature):
                let value = numbers.parse(field, isQuoted: isQuoted)
                // The usual case, in which there is nothing to look up.
                if encoding.isNumber(feature), let value, value.isFinite {
                    values[start + encoding.firsts[feature]] = value
                    return
                }
                let entry = EntryTable.Entry(
                    bytes: Array(field), isQuoted: isQuoted, number: value, firstSample: 0)
                if encoding.write(feature, number: value, entry: entry, { values[start + $0] = $1 }) { return }
                let found = syntax.fieldCount(of: line)
                guard found == 0 || (width...(width + emptyColumns)).contains(found) else {
                    throw CSVHead.ragged(path, number, found, width, syntax)
                }
                throw FieldProblem(field, column: column, name: names?[column], mayBeClass: false)
                    .error(in: path, at: .line(number, column: column + 1))
            }
        }
        if let error = CSVHead.quoteError(path, number, outcome) { throw error }
        guard case .fields(let found) = outcome, (width...(width + emptyColumns)).contains(found) else {
            throw CSVHead.ragged(path, number, syntax.fieldCount(of: line), width, syntax)
        }
        if !copiedNames.isEmpty { copies.append(copied) }
    }
}
