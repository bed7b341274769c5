/// A matrix of numbers as shades: where the connections of a layer lie.
struct GridChart: Chart {
    private static let side = 300.0

    var name: String
    var title: String
    var summary: String
    var xLabel: String
    var yLabel: String
    /// What the shades mean: "share of connections stored".
    var label: String
    let rows: Int
    let columns: Int
    /// Row by row, none below 0.
    let values: [Double]

    /// Nil where there is no cell.
    init?(
        _ name: String, title: String, summary: String, xLabel: String, yLabel: String, label: String, rows: Int,
        columns: Int, values: [Double]
    ) {
        guard rows > 0, columns > 0, values.count == rows * columns else { return nil }
        (self.name, self.title, self.summary) = (name, title, summary)
        (self.xLabel, self.yLabel, self.label) = (xLabel, yLabel, label)
        (self.rows, self.columns, self.values) = (rows, columns, values)
    }

    var table: ChartTable {
        ChartTable(
            header: [yLabel + " \\ " + xLabel] + (0..<columns).map(String.init),
            rows: (0..<rows).map { row in
                ["\(row)"]
                    + values[row * columns..<(row + 1) * columns].map { NumberText.exact(($0 * 1e4).rounded() / 1e4) }
            })
    }

    func drawing() -> Drawing {
        // Cells are square unless that makes the picture too flat to be seen.
        let longest = Double(max(rows, columns))
        let width = max(Self.side * Double(columns) / longest, 60)
        let height = max(Self.side * Double(rows) / longest, 60)
        let (left, top) = (max((PlotFrame.width - width) / 2, 40), 34.0)
        let most = values.max() ?? 0
        var paths = [String](repeating: "", count: ChartStyle.shades)
        for row in 0..<rows {
            var column = 0
            while column < columns {
                let shade = Self.shade(values[row * columns + column], of: most)
                let begin = column
                while column < columns, Self.shade(values[row * columns + column], of: most) == shade { column += 1 }
                // The ground has the shade of nothing.
                if shade > 0 { paths[shade] += "M\(begin) \(row)h\(column - begin)v1h-\(column - begin)z" }
            }
        }
        let cells = paths.enumerated().map { $1.isEmpty ? "" : "<path class=\"h\($0)\" d=\"\($1)\"/>" }.joined()
        let (x, y, w, h) = (Markup.number(left), Markup.number(top), Markup.number(width), Markup.number(height))
        var content =
            "<svg class=\"cells\" x=\"\(x)\" y=\"\(y)\" width=\"\(w)\" height=\"\(h)\" "
            + "viewBox=\"0 0 \(columns) \(rows)\" preserveAspectRatio=\"none\">"
            + "<rect class=\"h0\" width=\"\(columns)\" height=\"\(rows)\"/>\(cells)</svg>"
        content += "<rect class=\"axis\" x=\"\(x)\" y=\"\(y)\" width=\"\(w)\" height=\"\(h)\"/>"
        let bottom = top + height
        content += ChartText.line(title, x: 8, y: 18, width: PlotFrame.width - 16, style: "title")
        content += ChartText.line(
            xLabel, x: left + width / 2, y: bottom + 16, anchor: "middle", width: PlotFrame.width - 16)
        content += ChartText.line(
            yLabel, x: left - 8, y: top + height / 2, anchor: "middle", width: max(height, 120), turned: true)
        return Drawing(
            width: PlotFrame.width, height: bottom + 48, content: content + scale(y: bottom + 28, most: most))
    }

    /// The shades, with what the first and the last of them mean.
    private func scale(y: Double, most: Double) -> String {
        let width = 8.0 * Double(ChartStyle.shades)
        let text = "0 ... \(NumberText.short(most))  \(label)"
        let room = PlotFrame.width - width - 32
        let left = max((PlotFrame.width - width - 8 - min(TextWidth.of(text, size: ChartText.size), room)) / 2, 8)
        let boxes = (0..<ChartStyle.shades).map { shade in
            "<rect class=\"h\(shade)\" x=\"\(Markup.number(left + 8 * Double(shade)))\" y=\"\(Markup.number(y))\" width=\"8\" height=\"10\"/>"
        }
        return boxes.joined() + ChartText.line(text, x: left + width + 8, y: y + 9, width: room)
    }

    /// 0 for nothing alone.
    private static func shade(_ value: Double, of most: Double) -> Int {
        guard value > 0, most > 0 else { return 0 }
        return min(1 + Int(value / most * Double(ChartStyle.shades - 1)), ChartStyle.shades - 1)
    }
}
