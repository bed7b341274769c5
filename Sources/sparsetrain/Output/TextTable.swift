internal import SparseTraining

/// Rows of cells as indented lines: the first column to the left, the others to the right.
enum TextTable {
    /// - Parameters:
    ///   - rows: Of the same number of cells each.
    ///   - widest: A longer cell is cut.
    static func lines(_ rows: [[String]], widest: Int = 24) -> [String] {
        Columns.lines(rows.map { $0.map { cut($0, widest) } }).map { "  " + $0 }
    }

    private static func cut(_ text: String, _ widest: Int) -> String {
        let plain = String(text.map { $0.isNewline || $0 == "\t" ? " " : $0 })
        return plain.count <= widest ? plain : plain.prefix(widest - 3) + "..."
    }
}
