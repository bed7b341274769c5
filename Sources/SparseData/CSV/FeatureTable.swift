internal import SparseStore

/// Rows of a table whose classes are not wanted, or not known: the features alone, read a few lines at a time, so that a table
/// may be larger than memory. Its lines are those that `CSVFormat` reads.
///
/// Columns are matched with those that the network was trained on by their names, where both tables have a header; else by
/// their places. A column of classes may be there or not: it is left out, and `remarks` says so.
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
    /// For each column the feature that it holds; -1 for one that is left out.
    private let slots: [Int]
    /// Lines that were looked at to find the columns, and are samples.
    private var pending: [(line: AlignedBuffer<UInt8>, number: Int)] = []

    /// - Parameters:
    ///   - path: A file, plain or `.gz`, a pipe, or `-` for standard input.
    ///   - features: How many the network reads.
    ///   - columns: Those of the table that it was trained on; nil when it was not trained on a table.
    ///   - target: Name or number of a column to leave out, as `--target` has it; nil to find it.
    /// - Throws: `DataError`.
    package init(
        contentsOf path: String, features: Int, columns: TableColumns?, target: String? = nil
    ) throws(DataError) {
        let reader = try LineReader(stream: path)
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
        let match = try ColumnMatch(head.shape, features: features, columns: columns, target: target)
        (slots, remarks) = (match.slots, match.remarks)
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
        let (width, slots) = (width, slots)
        let outcome = try syntax.forEachField(of: line) { (column, field, isQuoted) throws(DataError) in
            guard column < width else {
                if column < width + emptyColumns, !field.isEmpty {
                    throw CSVHead.ragged(path, number, syntax.fieldCount(of: line), width, syntax)
                }
                return
            }
            guard slots[column] >= 0 else { return }
            let value = DecimalNumber.parse(field: field, isQuoted: isQuoted)
            guard let value, value.isFinite else {
                let found = syntax.fieldCount(of: line)
                guard found == 0 || (width...(width + emptyColumns)).contains(found) else {
                    throw CSVHead.ragged(path, number, found, width, syntax)
                }
                let problem = FieldProblem(field, column: column, name: names?[column], mayBeClass: false)
                throw DataError(
                    problem.kind, in: path, at: .line(number, column: column + 1), problem.problem,
                    expected: problem.expected)
            }
            values[start + slots[column]] = value
        }
        if let error = CSVHead.quoteError(path, number, outcome) { throw error }
        guard case .fields(let found) = outcome, (width...(width + emptyColumns)).contains(found) else {
            throw CSVHead.ragged(path, number, syntax.fieldCount(of: line), width, syntax)
        }
    }
}

/// Which column of a table holds which feature of a network.
private struct ColumnMatch {
    /// For each column the feature, or -1.
    var slots: [Int]
    var remarks: [String] = []

    init(_ shape: CSVShape, features: Int, columns: TableColumns?, target: String?) throws(DataError) {
        let name = Paths.name(shape.path)
        func byPlace(without target: Int?) -> [Int] {
            (0..<shape.width).map { column in
                guard let target else { return column }
                return column == target ? -1 : column < target ? column : column - 1
            }
        }
        func leftOut(_ column: Int, _ reason: String) -> String {
            "\(name): \(shape.column(column)) is taken for the class, \(reason), and left out"
        }
        func refusal(_ problem: String, _ expected: String) -> DataError {
            DataError(.inconsistent, in: shape.path, at: .line(shape.headerLine), problem, expected: expected)
        }
        let explicit: Int?
        if let target { explicit = try Target.column(target, shape) } else { explicit = nil }
        if let explicit {
            guard shape.width == features + 1 else {
                throw refusal(
                    "\(shape.width) columns", "\(features + 1): the \(features) features of the network and the class")
            }
            slots = byPlace(without: explicit)
            remarks = [leftOut(explicit, "as --target says")]
            return
        }
        if let names = shape.names, let known = columns?.featureNames, known.count == features, let columns {
            if names != known {
                slots = try Self.byName(names, known, target: columns.names?[columns.target], refusal)
                if let place = slots.firstIndex(of: -1) { remarks = [leftOut(place, "by its name")] }
                if slots.filter({ $0 >= 0 }) != Array(0..<features) {
                    remarks.append(
                        "\(name) has the columns of the training table in another order: they are matched by their names"
                    )
                }
            } else {
                slots = byPlace(without: nil)
            }
            return
        }
        if shape.width == features {
            slots = byPlace(without: nil)
            return
        }
        guard shape.width == features + 1 else {
            throw refusal(
                "\(shape.width) columns",
                "\(features), the features of the network"
                    + (columns == nil ? "" : ", or one more for the class, as in the table that it was trained on"))
        }
        let named = shape.names.map(TellingName.columns) ?? []
        if named.count == 1 {
            slots = byPlace(without: named[0])
            remarks = [leftOut(named[0], "by its name")]
        } else if let columns, columns.count == shape.width {
            slots = byPlace(without: columns.target)
            remarks = [leftOut(columns.target, "which has it in the table that the network was trained on")]
        } else {
            throw refusal(
                "\(shape.width) columns, one more than the network's features",
                "\(features) columns, or --target and the name or number of the one to leave out")
        }
    }

    private static func byName(
        _ names: [String], _ known: [String], target: String?, _ refusal: (String, String) -> DataError
    ) throws(DataError) -> [Int] {
        let wanted = known.prefix(20).joined(separator: ",") + (known.count > 20 ? ",..." : "")
        // Names that occur twice tell nothing: then the whole row must be that of the training table.
        let whole = names.firstIndex(of: target ?? "").map { place in
            (place, names.indices.filter { $0 != place }.map { names[$0] })
        }
        if let (place, rest) = whole, rest == known {
            return names.indices.map { $0 == place ? -1 : $0 < place ? $0 : $0 - 1 }
        }
        guard Set(names).count == names.count, Set(known).count == known.count else {
            throw refusal("columns of one name, in another order", "the columns of the training table: \(wanted)")
        }
        var places: [String: Int] = [:]
        for (place, name) in known.enumerated() { places[name] = place }
        var slots: [Int] = []
        for name in names {
            guard let place = places[name] ?? (name == target ? -1 : nil) else {
                throw refusal(
                    "a column \(CSVText.shown(name)), which the network was not trained on",
                    "the columns of the training table, in any order: \(wanted)")
            }
            slots.append(place)
        }
        let found = Set(names)
        if let missing = known.first(where: { !found.contains($0) }) {
            throw refusal(
                "no column \(CSVText.shown(missing))", "the columns of the training table, in any order: \(wanted)")
        }
        return slots
    }
}
