import Foundation
import SparseStore
import TestSupport
import Testing

@testable import SparseTraining

#if canImport(FoundationXML)
import FoundationXML
#endif

/// Axes, charts and pictures, against plain counting.
@Suite struct ChartTests {
    @Test func axesHoldWhatTheyShow() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<500 {
            let size = pow(10, Double.random(in: -9...9, using: &random))
            let offset = Bool.random(using: &random) ? 0 : Double.random(in: -1...1, using: &random) * size * 100
            let values = (0..<Int.random(in: 1...9, using: &random)).map { _ in
                offset + Double.random(in: -1...1, using: &random) * size
            }
            let axis = AxisScale(.linear, of: values, includesZero: Bool.random(using: &random))
            check(axis, holds: values)
            let positive = values.map { abs($0) + size * 1e-3 }
            for base in [2.0, 10] { check(AxisScale(.logarithmic(base: base), of: positive), holds: positive) }
        }
        let whole = AxisScale(.linear, of: [0, 100], ticks: 6)
        #expect(whole.ticks == [0, 20, 40, 60, 80, 100])
        #expect(AxisScale(.logarithmic(base: 2), of: [2, 31]).ticks == [2, 4, 8, 16, 32])
        #expect(AxisScale(.linear, of: [Double]()).ticks.count > 1)
    }

    private func check(_ axis: AxisScale, holds values: [Double], _ location: SourceLocation = #_sourceLocation) {
        let places = values.map(axis.place)
        #expect(places.allSatisfy { $0 > -1e-6 && $0 < 1 + 1e-6 }, "\(values) \(axis)", sourceLocation: location)
        #expect(
            axis.ticks == axis.ticks.sorted() && (1...14).contains(axis.ticks.count), "\(axis)",
            sourceLocation: location)
        #expect(axis.minimum < axis.maximum, "\(axis)", sourceLocation: location)
    }

    @Test func theFrontIsWhatNothingIsBetterThan() {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<300 {
            let points = (0..<Int.random(in: 1...12, using: &random)).map { _ in
                LineChart.Point(
                    x: Double(Int.random(in: 1...6, using: &random)), y: Double(Int.random(in: 1...6, using: &random)))
            }
            for (cheaperLower, higherBetter) in [(true, true), (false, true), (true, false), (false, false)] {
                func isWorse(_ point: LineChart.Point, than other: LineChart.Point) -> Bool {
                    let cost = (cheaperLower ? 1 : -1) * (point.x - other.x)
                    let loss = (higherBetter ? -1 : 1) * (point.y - other.y)
                    return cost >= 0 && loss >= 0 && (cost > 0 || loss > 0)
                }
                let expected = points.filter { point in !points.contains { isWorse(point, than: $0) } }
                let front = ParetoFront.of(points, isCheaperLower: cheaperLower, isHigherBetter: higherBetter)
                #expect(Set(front.map { [$0.x, $0.y] }) == Set(expected.map { [$0.x, $0.y] }))
                #expect(front.map(\.x) == front.map(\.x).sorted())
            }
        }
    }

    @Test func textStaysText() {
        #expect(
            Markup.text("<script>a & \"b\" 'c'\u{0}</script>")
                == "&lt;script&gt;a &amp; &quot;b&quot; &#39;c&#39;\u{FFFD}&lt;/script&gt;")
        #expect(Markup.number(1.23456) == "1.23" && Markup.number(-3) == "-3" && Markup.number(0.004) == "0")
        #expect(
            NumberText.short(0.88341) == "0.8834" && NumberText.short(12_345) == "12.35k"
                && NumberText.whole(-1_234_567) == "-1,234,567")
        #expect(NumberText.exact(0.1) == "0.1" && NumberText.exact(nil).isEmpty && NumberText.exact(.nan).isEmpty)
        #expect("conv1.1 <Weight>".slug == "conv1-1-weight")
        #expect(TextWidth.fitted("abcdefghijk", into: 30, size: 11).hasSuffix("…"))
    }

    /// Numbers in, numbers out, and a picture that every reader of XML takes.
    @Test func chartsAreWellFormed() throws {
        let name = "<b> & \"quoted\" 層 \u{1}"
        let points = (0..<1000).map {
            LineChart.Point(x: Double($0), y: sin(Double($0) / 50), deviation: $0 % 7 == 0 ? 0.1 : nil)
        }
        let line = try #require(
            LineChart(
                "line", title: name, summary: name, x: .init(label: name), y: .init(label: name),
                series: (0..<30).map {
                    LineChart.Series(
                        name: name + "\($0)", points: points, mark: $0 % 2 == 0 ? .lineWithPoints : .points)
                }))
        #expect(line.table.rows.count == 30_000 && line.summary.contains("24 of 30"))
        let charts: [(any Chart)?] = [
            line,
            BarChart("bar", title: name, summary: name, label: name, bars: [.init(name: name, value: 3, text: name)]),
            HistogramChart("histogram", title: name, label: name, counted: name, values: [1, 1, 5, 900]),
            GridChart(
                "grid", title: name, summary: name, xLabel: name, yLabel: name, label: name, rows: 2, columns: 3,
                values: [0, 1, 2, 3, 4, 5]),
        ]
        for chart in charts {
            let chart = try #require(chart)
            let parser = XMLParser(data: Data(chart.file.utf8))
            #expect(parser.parse(), "\(chart.name): \(String(describing: parser.parserError))")
            #expect(!chart.svg(id: "a").contains("<b>"))
        }
    }

    @Test func nothingIsNoChart() {
        let axis = PlotFrame.Axis(label: "x")
        let notANumber = LineChart.Series(name: "a", points: [.init(x: 1, y: .nan)])
        #expect(LineChart("a", title: "", summary: "", x: axis, y: axis, series: [notANumber]) == nil)
        let negative = LineChart.Series(name: "a", points: [.init(x: -1, y: 1)])
        let log = PlotFrame.Axis(label: "x", kind: .logarithmic(base: 10))
        #expect(LineChart("a", title: "", summary: "", x: log, y: axis, series: [negative]) == nil)
        #expect(BarChart("a", title: "", summary: "", label: "", bars: []) == nil)
        #expect(HistogramChart("a", title: "", label: "", counted: "", values: []) == nil)
        #expect(
            GridChart("a", title: "", summary: "", xLabel: "", yLabel: "", label: "", rows: 0, columns: 0, values: [])
                == nil)
    }

    @Test func histogramsCountEveryNumber() throws {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<50 {
            let values = (0..<Int.random(in: 1...200, using: &random)).map { _ in
                Int.random(in: 0...500, using: &random)
            }
            let rows = try #require(HistogramChart("a", title: "", label: "", counted: "", values: values)).table.rows
            #expect(rows.count <= 41)
            for row in rows {
                let numbers = row.compactMap { Int($0) }
                #expect(numbers[2] == values.count { (numbers[0]...numbers[1]).contains($0) })
            }
            #expect(rows.compactMap { Int($0[2]) }.reduce(0, +) == values.count)
        }
    }
}
