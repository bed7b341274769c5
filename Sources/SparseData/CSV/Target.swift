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
    private static let keywords = [automatic, first, last]

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
