internal import SparseData

/// A picture of numbers, and the numbers.
protocol Chart: Sendable {
    /// Short and fit for a file name: "test-accuracy".
    var name: String { get }
    /// What is shown.
    var title: String { get }
    /// One sentence for those who do not see it.
    var summary: String { get }
    /// The numbers behind it.
    var table: ChartTable { get }
    /// What is drawn, and how large that is.
    func drawing() -> Drawing
}

/// The inside of an SVG picture.
struct Drawing {
    var width: Double
    var height: Double
    var content: String
}

/// Numbers behind a chart.
struct ChartTable: Sendable {
    var header: [String]
    var rows: [[String]]

    /// Comma-separated values.
    var csv: String {
        ([header] + rows).map { $0.map(CSVText.field).joined(separator: ",") }.joined(separator: "\n")
    }
}

extension Chart {
    /// The picture as an element of a page whose style sheet has `ChartStyle.rules`.
    /// - Parameter id: No other element of the page has it.
    func svg(id: String) -> String { svg(id: id, attributes: "class=\"chart\"", style: "") }

    /// The picture as a file of its own, for a paper.
    var file: String {
        let style =
            "<style>\(ChartStyle.rulesOfFile)</style><rect class=\"ground\" width=\"100%\" height=\"100%\"/>"
        let attributes = "class=\"chart\" xmlns=\"http://www.w3.org/2000/svg\""
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + svg(id: "chart", attributes: attributes, style: style)
            + "\n"
    }

    private func svg(id: String, attributes: String, style: String) -> String {
        let drawing = drawing()
        let (width, height) = (Markup.number(drawing.width), Markup.number(drawing.height))
        return
            "<svg \(attributes) viewBox=\"0 0 \(width) \(height)\" width=\"\(width)\" height=\"\(height)\" role=\"img\" "
            + "aria-labelledby=\"\(id)-title \(id)-summary\"><title id=\"\(id)-title\">\(Markup.text(title))</title>"
            + "<desc id=\"\(id)-summary\">\(Markup.text(summary))</desc>\(style)\(drawing.content)</svg>"
    }
}

/// What all charts are drawn with.
enum ChartText {
    static let size = 11.0
    static let titleSize = 13.0

    /// A line of text; `anchor` is start, middle or end. What is too wide is cut, and whole where it is pointed at.
    static func line(
        _ text: String, x: Double, y: Double, anchor: String = "start", width: Double = .infinity, style: String = "",
        turned: Bool = false
    ) -> String {
        let size = style == "title" ? titleSize : size
        let fitted = TextWidth.fitted(text, into: width, size: size)
        let whole = fitted == text ? "" : "<title>\(Markup.text(text))</title>"
        let place = "x=\"\(Markup.number(x))\" y=\"\(Markup.number(y))\""
        let turn = turned ? " transform=\"rotate(-90 \(Markup.number(x)) \(Markup.number(y)))\"" : ""
        let kind = style.isEmpty ? "" : " class=\"\(style)\""
        return "<text \(place)\(turn) text-anchor=\"\(anchor)\"\(kind)>\(Markup.text(fitted))\(whole)</text>"
    }
}
