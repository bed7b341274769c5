/// Curves, with the deviation of their points where they have one.
struct LineChart: Chart {
    /// How a curve is drawn.
    enum Mark: Sendable {
        case line
        case lineWithPoints
        case points
        /// Level up to the next point.
        case steps
    }

    struct Point: Sendable, Equatable {
        var x: Double
        var y: Double
        var deviation: Double?
    }

    struct Series: Sendable {
        var name: String
        var points: [Point]
        var mark = Mark.line
    }

    /// So many points of a curve are drawn at most.
    private static let mostPoints = 400
    /// With as many curves or more a chart can no longer be read.
    static let mostSeries = 24

    var name: String
    var title: String
    var summary: String
    var x: PlotFrame.Axis
    var y: PlotFrame.Axis
    var series: [Series]

    /// Nil where there is nothing to draw.
    init?(
        _ name: String, title: String, summary: String, x: PlotFrame.Axis, y: PlotFrame.Axis, series: [Series]
    ) {
        func canBeDrawn(_ value: Double, _ axis: PlotFrame.Axis) -> Bool {
            value.isFinite && (axis.kind == .linear || value > 0)
        }
        (self.name, self.title, self.summary, self.x, self.y) = (name, title, summary, x, y)
        self.series = series.map { series in
            var series = series
            series.points.removeAll { !canBeDrawn($0.x, x) || !canBeDrawn($0.y, y) }
            return series
        }.filter { !$0.points.isEmpty }
        if self.series.isEmpty { return nil }
        if self.series.count > Self.mostSeries {
            self.summary +=
                " Only the first \(Self.mostSeries) of \(self.series.count) curves are drawn; the table has all."
        }
    }

    var table: ChartTable {
        let places = series[0].points.map(\.x)
        let hasDeviation = series.contains { $0.points.contains { $0.deviation != nil } }
        if !hasDeviation, series.allSatisfy({ $0.points.map(\.x) == places }) {
            return ChartTable(
                header: [x.label] + series.map(\.name),
                rows: places.indices.map { row in
                    [NumberText.exact(places[row])] + series.map { NumberText.exact($0.points[row].y) }
                })
        }
        return ChartTable(
            header: ["series", x.label, y.label] + (hasDeviation ? ["deviation"] : []),
            rows: series.flatMap { series in
                series.points.map { point in
                    [series.name, NumberText.exact(point.x), NumberText.exact(point.y)]
                        + (hasDeviation ? [NumberText.exact(point.deviation)] : [])
                }
            })
    }

    func drawing() -> Drawing {
        let shown = series.prefix(Self.mostSeries).map { series in
            Series(name: series.name, points: Self.thinned(series.points), mark: series.mark)
        }
        let legend = shown.enumerated().map { index, series in
            (
                name: series.name,
                symbol: { (x: Double, y: Double) in Self.symbol(index, series.mark, x: x, y: y) }
            )
        }
        let points = shown.flatMap(\.points)
        let frame = PlotFrame(
            title: title, x: x, y: y, xs: points.map(\.x),
            ys: points.flatMap { [$0.y - ($0.deviation ?? 0), $0.y + ($0.deviation ?? 0)] }, legend: legend)
        return frame.drawing(shown.enumerated().map { Self.drawn($1, $0, in: frame) }.joined())
    }

    private static func drawn(_ series: Series, _ index: Int, in frame: PlotFrame) -> String {
        let places = series.points.map { (frame.horizontal($0.x), frame.vertical($0.y)) }
        var content = ""
        for (point, place) in zip(series.points, places) {
            guard let deviation = point.deviation, deviation > 0, frame.y.holds(point.y - deviation) else { continue }
            let (low, high) = (frame.vertical(point.y - deviation), frame.vertical(point.y + deviation))
            content +=
                "<path class=\"line thin s\(color(index))\" d=\"M\(Markup.number(place.0)) \(Markup.number(low))"
                + "V\(Markup.number(high))\"/>"
        }
        if series.mark != .points, places.count > 1 {
            var path = ""
            for (position, place) in places.enumerated() {
                let (x, y) = (Markup.number(place.0), Markup.number(place.1))
                path += position == 0 ? "M\(x) \(y)" : series.mark == .steps ? "H\(x)V\(y)" : "L\(x) \(y)"
            }
            content += "<path class=\"line s\(color(index))\"\(ChartStyle.dashes(of: index)) d=\"\(path)\"/>"
        }
        if series.mark == .points || series.mark == .lineWithPoints || places.count == 1 {
            for place in places { content += shape(index, x: place.0, y: place.1) }
        }
        return content
    }

    private static func symbol(_ index: Int, _ mark: Mark, x: Double, y: Double) -> String {
        let line =
            mark == .points
            ? ""
            : "<path class=\"line s\(color(index))\"\(ChartStyle.dashes(of: index)) d=\"M\(Markup.number(x)) \(Markup.number(y))h18\"/>"
        return line + (mark == .points || mark == .lineWithPoints ? shape(index, x: x + 9, y: y) : "")
    }

    private static func color(_ index: Int) -> Int { index % ChartStyle.colors }

    /// Curves differ in the shape of their points, too.
    private static func shape(_ index: Int, x: Double, y: Double) -> String {
        let kind = "class=\"f\(color(index))\""
        func place(_ dx: Double, _ dy: Double) -> String { "\(Markup.number(x + dx)) \(Markup.number(y + dy))" }
        switch index % 4 {
        case 0: return "<circle \(kind) cx=\"\(Markup.number(x))\" cy=\"\(Markup.number(y))\" r=\"3.2\"/>"
        case 1: return "<path \(kind) d=\"M\(place(-3, -3))h6v6h-6z\"/>"
        case 2: return "<path \(kind) d=\"M\(place(0, -4))L\(place(3.6, 2.8))H\(Markup.number(x - 3.6))z\"/>"
        default: return "<path \(kind) d=\"M\(place(0, -4))L\(place(4, 0))L\(place(0, 4))L\(place(-4, 0))z\"/>"
        }
    }

    /// Evenly chosen, the last one with them.
    private static func thinned(_ points: [Point]) -> [Point] {
        guard points.count > mostPoints else { return points }
        return (0..<mostPoints).map { points[$0 * (points.count - 1) / (mostPoints - 1)] }
    }
}
