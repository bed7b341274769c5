internal import Foundation
internal import SparseData

/// Rows of names, means and deviations, for a terminal, for other programs and for papers.
public struct ComparisonTable: Sendable {
    /// A form in which it is written.
    public enum Form: String, Sendable, CaseIterable {
        /// Columns for a terminal.
        case text
        /// Comma-separated values, mean and deviation in columns of their own, with all digits.
        case csv
        /// A table of Markdown.
        case markdown
        /// A `tabular` of LaTeX.
        case latex
    }

    /// What stands in a row and column.
    enum Cell: Sendable {
        case text(String)
        /// Nil where nothing was measured.
        case statistic(RunComparison.Statistic?, places: Int)
    }

    let header: [String]
    let rows: [[Cell]]

    /// The table in columns, for a terminal.
    public var text: String { written(as: .text) }

    /// The table in one of its forms, without a line break at the end.
    public func written(as form: Form) -> String {
        switch form {
        case .text: columns
        case .csv: csv
        case .markdown: markdown
        case .latex: latex
        }
    }

    /// A mean, with the deviation where there is one.
    private func shown(_ cell: Cell, join: String) -> String {
        switch cell {
        case .text(let text): return text
        case .statistic(nil, _): return "-"
        case .statistic(let statistic?, let places):
            let mean = String(format: "%.\(places)f", statistic.mean)
            return mean + (statistic.deviation.map { join + String(format: "%.\(places)f", $0) } ?? "")
        }
    }

    /// All that is shown, row by row.
    var texts: [[String]] { rows.map { $0.map { shown($0, join: " ± ") } } }

    private var columns: String {
        Columns.lines([header] + texts).joined(separator: "\n")
    }

    private var csv: String {
        var names: [String] = []
        for (column, name) in header.enumerated() {
            let isNumber = rows.contains { if case .statistic = $0[column] { true } else { false } }
            names += isNumber ? [name, name + " deviation"] : [name]
        }
        let lines = rows.map { row in
            row.flatMap { cell -> [String] in
                switch cell {
                case .text(let text): [text]
                case .statistic(let statistic, _):
                    [statistic.map { "\($0.mean)" } ?? "", statistic?.deviation.map { "\($0)" } ?? ""]
                }
            }
        }
        return ([names] + lines).map { $0.map(CSVText.field).joined(separator: ",") }.joined(separator: "\n")
    }

    private var markdown: String {
        func line(_ cells: [String]) -> String {
            "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
        }
        let rule = "|" + header.indices.map { $0 == 0 ? "---|" : "---:|" }.joined()
        return ([line(header), rule] + rows.map { line($0.map { shown($0, join: " ± ") }) }).joined(separator: "\n")
    }

    private var latex: String {
        func line(_ cells: [String]) -> String { cells.joined(separator: " & ") + " \\\\" }
        let body = rows.map { row in
            line(
                row.map { cell in
                    if case .text(let text) = cell { return ComparisonTable.escaped(text) }
                    return "$" + shown(cell, join: " \\pm ") + "$"
                })
        }
        let head = [
            "\\begin{tabular}{l" + String(repeating: "r", count: header.count - 1) + "}", "\\hline",
            line(header.map(ComparisonTable.escaped)), "\\hline",
        ]
        return (head + body + ["\\hline", "\\end{tabular}"]).joined(separator: "\n")
    }

    /// A text in which no letter means something to LaTeX.
    private static func escaped(_ text: String) -> String {
        text.map { letter in
            switch letter {
            case "\\": "\\textbackslash{}"
            case "~": "\\textasciitilde{}"
            case "^": "\\textasciicircum{}"
            case "&", "%", "$", "#", "_", "{", "}": "\\\(letter)"
            default: String(letter)
            }
        }.joined()
    }
}
