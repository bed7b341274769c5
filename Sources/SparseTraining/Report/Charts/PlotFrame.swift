/// The title, the axes and the legend around what a chart draws.
struct PlotFrame {
    /// An axis of a chart.
    struct Axis: Sendable {
        /// What it is, with the unit: "time (s)".
        var label: String
        var kind = AxisScale.Kind.linear
        var includesZero = false
        /// The only numbers that may be named, such as whole epochs.
        var wholeNumbers = false
    }

    static let width = 440.0
    private static let plotHeight = 190.0
    private static let lineHeight = 16.0

    let x: AxisScale
    let y: AxisScale
    private let title: String
    private let xAxis: Axis
    private let yAxis: Axis
    private let legend: [(name: String, symbol: (Double, Double) -> String)]
    private let left: Double
    private let right = PlotFrame.width - 16
    private let top = 34.0
    private var bottom: Double { top + Self.plotHeight }

    /// - Parameter legend: Names of what is drawn, and a symbol for each, at a place.
    init(
        title: String, x xAxis: Axis, y yAxis: Axis, xs: some Sequence<Double>, ys: some Sequence<Double>,
        legend: [(name: String, symbol: (Double, Double) -> String)]
    ) {
        self.title = title
        (self.xAxis, self.yAxis, self.legend) = (xAxis, yAxis, legend)
        x = AxisScale(xAxis.kind, of: xs, includesZero: xAxis.includesZero, ticks: 6)
        y = AxisScale(yAxis.kind, of: ys, includesZero: yAxis.includesZero, ticks: 5)
        let widest = y.ticks.map { TextWidth.of(NumberText.short($0), size: ChartText.size) }.max() ?? 0
        left = 30 + widest
    }

    /// The places of a point of the data.
    func horizontal(_ value: Double) -> Double { left + x.place(value) * (right - left) }
    func vertical(_ value: Double) -> Double { bottom - y.place(value) * (bottom - top) }

    /// The whole drawing, with `content` between the axes.
    func drawing(_ content: String) -> Drawing {
        let (entries, legendHeight) = legendLines()
        let labelY = bottom + 34
        let middle = (top + bottom) / 2
        let texts = [
            ChartText.line(title, x: 8, y: 18, width: Self.width - 16, style: "title"),
            ChartText.line(xAxis.label, x: (left + right) / 2, y: labelY, anchor: "middle", width: right - left),
            ChartText.line(yAxis.label, x: 14, y: middle, anchor: "middle", width: Self.plotHeight + 20, turned: true),
        ]
        return Drawing(
            width: Self.width, height: labelY + 10 + legendHeight,
            content: grid() + texts.joined() + content + entries)
    }

    private func grid() -> String {
        var lines = ""
        for tick in y.ticks {
            let place = Markup.number(vertical(tick))
            lines += "<path class=\"grid\" d=\"M\(Markup.number(left)) \(place)H\(Markup.number(right))\"/>"
            lines += ChartText.line(
                NumberText.short(tick), x: left - 6, y: vertical(tick) + 4, anchor: "end", style: "soft")
        }
        var end = -Double.infinity
        for tick in x.ticks where !xAxis.wholeNumbers || tick == tick.rounded() {
            let (text, place) = (NumberText.short(tick), horizontal(tick))
            let half = TextWidth.of(text, size: ChartText.size) / 2
            let place1 = min(max(place, half + 2), Self.width - half - 2)
            lines += "<path class=\"axis\" d=\"M\(Markup.number(place)) \(Markup.number(bottom))v4\"/>"
            guard place1 - half > end + 6 else { continue }
            end = place1 + half
            lines += ChartText.line(text, x: place1, y: bottom + 17, anchor: "middle", style: "soft")
        }
        return lines
            + "<path class=\"axis\" d=\"M\(Markup.number(left)) \(Markup.number(top))V\(Markup.number(bottom))"
            + "H\(Markup.number(right))\"/>"
    }

    private func legendLines() -> (String, Double) {
        guard legend.count > 1 else { return ("", 0) }
        var (x, y, text) = (8.0, bottom + 52, "")
        for entry in legend {
            let room = Self.width - 16 - 24
            let name = TextWidth.fitted(entry.name, into: room, size: ChartText.size)
            let width = 24 + TextWidth.of(name, size: ChartText.size) + 10
            if x > 8, x + width > Self.width - 8 { (x, y) = (8, y + Self.lineHeight) }
            text += entry.symbol(x, y - 4) + ChartText.line(entry.name, x: x + 24, y: y, width: room)
            x += width
        }
        return (text, y - bottom - 52 + Self.lineHeight + 2)
    }
}
