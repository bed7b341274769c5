internal import Foundation

/// How often whole numbers occur: fan-in and fan-out.
struct HistogramChart: Chart {
    private static let mostBins = 40

    var name: String
    var title: String
    var summary: String
    /// What is counted: "weights of an output".
    var label: String
    /// What there is one number of: "outputs".
    var counted: String
    private let start: Int
    private let width: Int
    private let counts: [Int]

    /// Nil for no numbers.
    init?(_ name: String, title: String, label: String, counted: String, values: [Int]) {
        guard let least = values.min(), let most = values.max() else { return nil }
        (self.name, self.title, self.label, self.counted) = (name, title, label, counted)
        start = least
        width = max(1, (most - least + Self.mostBins) / Self.mostBins)
        var counts = [Int](repeating: 0, count: (most - least) / width + 1)
        for value in values { counts[(value - least) / width] += 1 }
        self.counts = counts
        let mean = Double(values.reduce(0, +)) / Double(values.count)
        summary = "\(values.count) \(counted), from \(least) to \(most), mean " + NumberText.short(mean) + "."
    }

    var table: ChartTable {
        ChartTable(
            header: ["from", "to", counted],
            rows: counts.enumerated().map { index, count in
                ["\(start + index * width)", "\(start + (index + 1) * width - 1)", "\(count)"]
            })
    }

    func drawing() -> Drawing {
        let (first, end) = (Double(start) - 0.5, Double(start + counts.count * width) - 0.5)
        let frame = PlotFrame(
            title: title, x: .init(label: label, wholeNumbers: true),
            y: .init(label: counted, includesZero: true, wholeNumbers: true),
            xs: [first, end], ys: [0, Double(counts.max() ?? 1)], legend: [])
        let floor = frame.vertical(0)
        var content = ""
        for (index, count) in counts.enumerated() where count > 0 {
            let left = frame.horizontal(Double(start + index * width) - 0.5)
            let right = frame.horizontal(Double(start + (index + 1) * width) - 0.5)
            let top = frame.vertical(Double(count))
            content +=
                "<rect class=\"f0\" x=\"\(Markup.number(left))\" y=\"\(Markup.number(top))\" "
                + "width=\"\(Markup.number(max(right - left - 1, 0.8)))\" height=\"\(Markup.number(floor - top))\"/>"
        }
        return frame.drawing(content)
    }
}
