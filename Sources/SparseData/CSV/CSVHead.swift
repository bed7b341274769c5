internal import SparseStore

/// The first two lines of a table, from which its separator, its columns and its header follow.
struct CSVHead {
    typealias Bytes = CSVSyntax.Bytes

    let shape: CSVShape
    let syntax: CSVSyntax
    /// Columns that are empty at the ends of lines.
    let emptyColumns: Int
    /// True when there are numbers in the header, such as those of the columns.
    let hasNumbers: Bool
    /// The lines that are samples already.
    let samples: [(line: Bytes, number: Int)]

    /// Columns of the widest table that is read: names and places of them stay in memory.
    private static let mostColumns = 1 << 21

    private struct Field {
        var bytes: [UInt8]
        var isQuoted: Bool

        var isNumber: Bool { DecimalNumber.parse(isQuoted ? Array(CSVText.trimmed(bytes)) : bytes) != nil }
        var isEmpty: Bool { bytes.isEmpty && !isQuoted }
        var isText: Bool { !isNumber && !CSVText.isMissing(bytes) && !FieldProblem.hasCommas(bytes) }
    }

    /// - Parameters:
    ///   - first, second: The first lines that are not blank, kept while this is used, and their numbers.
    ///   - fewestColumns: A narrower table is refused.
    init(
        _ path: String, first: (line: Bytes, number: Int), second: (line: Bytes, number: Int)?, fewestColumns: Int = 2
    ) throws(DataError) {
        try CSVHead.checkText(path, first.line, number: first.number)
        let lines = [first.line] + (second.map { [$0.line] } ?? [])
        let syntax = CSVSyntax(lines: lines)
        self.syntax = syntax
        let columns = lines.map(syntax.fieldCount).max() ?? 0
        guard columns <= CSVHead.mostColumns else {
            throw DataError(
                .tooLarge, in: path, at: .line(first.number), "\(columns) columns",
                expected: "at most \(CSVHead.mostColumns)")
        }
        let fields = try CSVHead.fields(path, first.line, syntax, number: first.number)
        let next: [Field]
        if let second { next = try CSVHead.fields(path, second.line, syntax, number: second.number) } else { next = [] }
        if let pair = fields.indices.dropFirst().first(where: { FieldProblem.isPair(fields[$0].bytes) }),
            fields[0].isNumber || FieldProblem.isPair(fields[0].bytes)
        {
            throw DataError(
                .malformed, in: path, at: .line(first.number, column: pair + 1),
                "\(CSVText.shown(fields[pair].bytes)), a pair of LIBSVM's format",
                expected: "a table: one sample a line, a number in every column but that of the class")
        }
        let isNumbered = fields.count > 2 && fields.indices.allSatisfy { CSVHead.isInteger(fields[$0], $0) }
        let isHeader = isNumbered || CSVHead.isHeader(fields, next)
        if isHeader && !isNumbered { try CSVHead.checkHeader(path, fields, next, number: first.number) }
        // An empty last column everywhere: one separator too many at the end of each line.
        func emptyEnd(_ fields: [Field]) -> Int { fields.reversed().prefix(while: \.isEmpty).count }
        let data = isHeader ? next : fields
        let least = isHeader ? fields.count - emptyEnd(fields) : 1
        let width =
            data.isEmpty ? fields.count : min(max(data.count - emptyEnd(data), least), max(data.count, fields.count))
        guard width >= fewestColumns else {
            throw DataError(
                .malformed, in: path, at: .line(first.number, column: 1), "a single column",
                expected: "a class and at least one feature, separated by commas, semicolons, tabs, bars or blanks")
        }
        emptyColumns = max(data.count, fields.count) - width
        hasNumbers = isHeader && fields.contains(where: \.isNumber)
        samples = (isHeader ? [] : [first]) + (second.map { [$0] } ?? [])
        var names: [String]?
        if isHeader {
            guard fields.count >= width else {
                throw CSVHead.ragged(path, second?.number ?? 0, next.count, fields.count, syntax)
            }
            names = fields.prefix(width).map {
                String(decoding: CSVText.bytes($0.bytes, isQuoted: $0.isQuoted), as: UTF8.self)
            }
            for (column, field) in fields.enumerated() where String(validating: field.bytes, as: UTF8.self) == nil {
                throw CSVShape.notUTF8(path, at: .line(first.number, column: column + 1), field.bytes)
            }
        }
        shape = CSVShape(path: path, width: width, names: names, headerLine: first.number)
    }

    /// A line with another number of fields than the first.
    static func ragged(_ path: String, _ number: Int, _ found: Int, _ wanted: Int, _ syntax: CSVSyntax) -> DataError {
        let comma = syntax.separator == UInt8(ascii: ",") && found > wanted
        return DataError(
            .malformed, in: path, at: .line(number, column: min(found, wanted) + (found > wanted ? 1 : 0)),
            found == 1 ? "one field" : "\(found) fields",
            expected: "\(wanted) fields, as in the first line, separated by \(syntax.separatorName)"
                + (comma ? "; a comma inside a number or a text makes two of one" : ""))
    }

    /// A quote that does not fit.
    static func quoteError(_ path: String, _ number: Int, _ outcome: CSVSyntax.Outcome) -> DataError? {
        switch outcome {
        case .fields: nil
        case .openQuote(let field):
            DataError(
                .malformed, in: path, at: .line(number, column: field + 1), "a quote that is not closed",
                expected: "a second quote at the end of the field")
        case .textAfterQuote(let field):
            DataError(
                .malformed, in: path, at: .line(number, column: field + 1), "more text after a quote that is closed",
                expected: "a separator there, and two quotes for each that belongs to the text")
        }
    }

    private static func fields(
        _ path: String, _ line: Bytes, _ syntax: CSVSyntax, number: Int
    ) throws(DataError) -> [Field] {
        var fields: [Field] = []
        let outcome = syntax.forEachField(of: line) { _, bytes, isQuoted in
            fields.append(Field(bytes: Array(bytes), isQuoted: isQuoted))
        }
        if let error = quoteError(path, number, outcome) { throw error }
        return fields
    }

    /// A header has text where the next line has a number or no value; or it is all there is.
    private static func isHeader(_ first: [Field], _ next: [Field]) -> Bool {
        if next.isEmpty { return first.allSatisfy { $0.isText || $0.isEmpty } }
        return zip(first, next).contains { $0.isText && !$1.isText }
    }

    /// Numbers in a header are those of columns, from 0 or 1; or one of the names says what it is.
    private static func checkHeader(
        _ path: String, _ first: [Field], _ next: [Field], number: Int
    ) throws(DataError) {
        let places = first.indices.filter { first[$0].isNumber }
        let isNumbered = [0, 1].contains { start in places.allSatisfy { isInteger(first[$0], $0 + start) } }
        let names = first.map { String(decoding: $0.bytes, as: UTF8.self) }
        if isNumbered || !TellingName.columns(names).isEmpty { return }
        let column = zip(first, next).enumerated().first { $0.element.0.isText && !$0.element.1.isText }?.offset ?? 0
        throw DataError(
            .malformed, in: path, at: .line(number, column: column + 1),
            "\(CSVText.shown(first[column].bytes)), where the next line has a number or no value, beside numbers",
            expected: "a number, or a header with a name for every column")
    }

    private static func isInteger(_ field: Field, _ value: Int) -> Bool { field.bytes.elementsEqual("\(value)".utf8) }

    /// Text of two or four bytes a letter has zeros among its bytes.
    private static func checkText(_ path: String, _ line: Bytes, number: Int) throws(DataError) {
        guard line.starts(with: [0xFF, 0xFE]) || line.starts(with: [0xFE, 0xFF]) || line.contains(0) else { return }
        throw DataError(
            .malformed, in: path, at: .line(number), "text in UTF-16 or UTF-32, or no text at all",
            expected: "text in UTF-8: save it so, or convert it with iconv")
    }
}

extension CSVShape {
    static func notUTF8(_ path: String, at place: DataError.Place, _ bytes: [UInt8]) -> DataError {
        DataError(
            .malformed, in: path, at: place, "\(CSVText.shown(bytes)) is not UTF-8",
            expected:
                "text in UTF-8; of a byte a letter, as Windows writes it, --encoding latin-1; other text: convert it with iconv"
        )
    }
}
