internal import SparseParts

/// Which column of a table holds the classes, as it was asked for.
enum Target {
    /// How to ask for a column, from 0: by its name, where that is one word that no index or other word is mistaken for.
    static func word(column: Int, name: String?) -> String {
        guard let name, !name.isEmpty, !keywords.contains(name), Int(name) == nil, !name.hasPrefix("-"),
            name.unicodeScalars.allSatisfy({
                $0.properties.isAlphabetic || $0.properties.numericType != nil || "_-.".unicodeScalars.contains($0)
            })
        else { return String(column + 1) }
        return name
    }

    static let automatic = "automatic"
    static let first = "first"
    static let last = "last"
    /// With `--task inputs`: the table has no such column.
    static let none = "none"
    private static let keywords = [automatic, first, last, none]

    /// The columns, from 0, that are no inputs where inputs are to be found: those that `wanted` names, or the one whose name says that
    /// it holds a target. Whether a column without such a name is an input is not guessed: a network would learn the class.
    static func leftOut(_ wanted: String, _ shape: CSVShape) throws(DataError) -> [Int] {
        let isName = shape.names?.contains(wanted) ?? false
        if wanted == none, !isName { return [] }
        if wanted == automatic, !isName, (shape.names.map(TellingName.columns) ?? []).isEmpty {
            throw DataError(
                .invalidOption, in: shape.path, at: .line(shape.headerLine),
                "no column says by its name that it holds classes, which are no inputs",
                expected:
                    "--target and the name or number of the column to leave out, or --target \(none) when all are inputs"
            )
        }
        return try columns(wanted, shape)
    }

    /// The columns, from 0, of the numbers to be found: those that `wanted` names, separated by commas; without it those whose names
    /// say so.
    static func columns(_ wanted: String, _ shape: CSVShape) throws(DataError) -> [Int] {
        var columns: [Int] = []
        if wanted == automatic, !(shape.names?.contains(automatic) ?? false) {
            columns = shape.names.map(TellingName.columns) ?? []
            guard columns.count == 1 else {
                throw DataError(
                    .invalidOption, in: shape.path, at: .line(shape.headerLine),
                    columns.isEmpty
                        ? "no column says by its name that it holds the target"
                        : "\(columns.count) columns may be the target by their names",
                    expected: "--target and the name or number of the column, or of several separated by commas")
            }
            return columns
        }
        // A name may have a comma in it.
        let words = shape.names?.contains(wanted) == true ? [wanted] : wanted.split(separator: ",").map(String.init)
        for word in words {
            guard let column = try column(word, shape) else { continue }
            guard !columns.contains(column) else {
                throw DataError(
                    .invalidOption, in: shape.path, at: .line(shape.headerLine, column: column + 1),
                    "--target names \(shape.column(column)) twice", expected: "each column once")
            }
            columns.append(column)
        }
        guard !columns.isEmpty else {
            throw DataError(
                .invalidOption, in: shape.path, at: .line(shape.headerLine), "--target names no column",
                expected: "the name or number of the column, or of several separated by commas")
        }
        return columns
    }

    /// The column, from 0, that `wanted` names: a name of the header, first, last, or a number from 1.
    /// - Returns: nil when the table itself must tell.
    static func column(_ wanted: String, _ shape: CSVShape) throws(DataError) -> Int? {
        let named = shape.names?.indices.filter { shape.names?[$0] == wanted } ?? []
        if named.count > 1 {
            throw DataError(
                .invalidOption, in: shape.path, at: .line(shape.headerLine, column: named[1] + 1),
                "another column \(CSVText.shown(wanted)), so --target \(wanted) may be either",
                expected: "--target with a number: \(named.map { String($0 + 1) }.joined(separator: " or "))")
        }
        if let column = named.first { return column }
        switch wanted {
        case automatic: return nil
        case first: return 0
        case last: return shape.width - 1
        default: break
        }
        if let index = Int(wanted), (1...shape.width).contains(index) { return index - 1 }
        let names = shape.names.map {
            $0.prefix(20).map(CSVText.shown).joined(separator: ", ") + ($0.count > 20 ? ", ..." : "")
        }
        throw DataError(
            .invalidOption, in: shape.path, at: .line(shape.headerLine),
            "no column for --target \(CSVText.shown(wanted))",
            expected: "a number from 1 to \(shape.width)"
                + (names.map { ", or a name: \($0)" } ?? "; there is no header"))
    }
}

/// What is known of a table when its first lines were read.
struct CSVShape {
    let path: String
    /// Columns, without those that are empty at the ends of all lines.
    let width: Int
    /// Their names, in a table with a header.
    let names: [String]?
    /// The line of the header, or of the first sample.
    let headerLine: Int

    /// For messages: "column 5 (species)".
    func column(_ column: Int) -> String {
        guard let name = names?[column], !name.isEmpty else { return "column \(column + 1)" }
        return "column \(column + 1) (\(CSVText.shown(name).dropFirst().dropLast()))"
    }
}

extension TableColumnOptions {
    /// What options say of the columns of a table.
    /// - Throws: `DataError` for a column that there is none of, or that is named twice.
    init(_ options: DataOptions, _ shape: CSVShape) throws(DataError) {
        ignored = try Self.columns(options.ignoredColumns, Options().ignoredColumns.name, shape)
        texts = try Self.columns(options.categoricalColumns, Options().categoricalColumns.name, shape)
        if let name = options.foldBy { group = try Target.column(name, shape) }
        if let column = ignored.intersection(texts).min() {
            throw DataError(
                .invalidOption, in: shape.path, at: .line(shape.headerLine, column: column + 1),
                "both --ignore and --categories name \(shape.column(column))", expected: "one of the two")
        }
    }

    /// Columns by their names in the header or their numbers from 1.
    static func columns(_ names: [String], _ option: String, _ shape: CSVShape) throws(DataError) -> Set<Int> {
        var columns: Set<Int> = []
        for name in names {
            let named = shape.names?.indices.filter { shape.names?[$0] == name } ?? []
            if !named.isEmpty {
                columns.formUnion(named)
            } else if let number = Int(name), (1...shape.width).contains(number) {
                columns.insert(number - 1)
            } else {
                throw DataError(
                    .invalidOption, in: shape.path, at: .line(shape.headerLine),
                    "no column for --\(option) \(CSVText.shown(name))",
                    expected: "a number from 1 to \(shape.width)"
                        + (shape.names.map {
                            ", or a name: " + $0.prefix(20).map(CSVText.shown).joined(separator: ", ")
                                + ($0.count > 20 ? ", ..." : "")
                        } ?? "; there is no header"))
            }
        }
        return columns
    }
}
