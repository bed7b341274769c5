/// Amounts side by side, as bars that lie.
struct BarChart: Chart {
    struct Bar: Sendable {
        var name: String
        var value: Double
        /// As it is written beside the bar.
        var text: String
    }

    var name: String
    var title: String
    var summary: String
    /// What the amounts are, with the unit.
    var label: String
    var bars: [Bar]

    /// Nil for no bars.
    init?(_ name: String, title: String, summary: String, label: String, bars: [Bar]) {
        let drawn = bars.filter { $0.value.isFinite && $0.value >= 0 }
        if drawn.isEmpty { return nil }
        (self.name, self.title, self.summary, self.label, self.bars) = (name, title, summary, label, drawn)
    }

    var table: ChartTable {
        ChartTable(header: ["", label], rows: bars.map { [$0.name, NumberText.exact($0.value)] })
    }

    func drawing() -> Drawing {
        let most = max(bars.map(\.value).max() ?? 0, .leastNormalMagnitude)
        let names = min(bars.map { TextWidth.of($0.name, size: ChartText.size) }.max() ?? 0, 170)
        let texts = bars.map { TextWidth.of($0.text, size: ChartText.size) }.max() ?? 0
        let left = 16 + names
        let room = PlotFrame.width - left - texts - 24
        var (y, content) = (38.0, "")
        for bar in bars {
            let width = max(bar.value / most * room, bar.value > 0 ? 1 : 0)
            content += ChartText.line(bar.name, x: left - 8, y: y + 11, anchor: "end", width: names)
            content +=
                "<rect class=\"f0\" x=\"\(Markup.number(left))\" y=\"\(Markup.number(y))\" "
                + "width=\"\(Markup.number(width))\" height=\"14\"/>"
            content += ChartText.line(bar.text, x: left + width + 6, y: y + 11)
            y += 22
        }
        content += "<path class=\"axis\" d=\"M\(Markup.number(left)) 32V\(Markup.number(y))\"/>"
        content += ChartText.line(title, x: 8, y: 18, width: PlotFrame.width - 16, style: "title")
        content += ChartText.line(label, x: left, y: y + 16, width: PlotFrame.width - left - 8, style: "soft")
        return Drawing(width: PlotFrame.width, height: y + 28, content: content)
    }
}
