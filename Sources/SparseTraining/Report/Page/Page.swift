internal import Foundation

/// A page that stands alone: styles, a few lines of script, pictures and numbers are all in the one file, and nothing is loaded.
struct Page {
    private let title: String
    private var content = ""
    private var tables = 0
    /// The charts so far.
    private(set) var drawn: [any Chart] = []
    private var sections: [(id: String, title: String)] = []

    init(title: String) { self.title = title }

    /// Begins a section.
    mutating func section(_ title: String) {
        let id = "section-\(sections.count + 1)"
        sections.append((id, title))
        content += "<h2 id=\"\(id)\">\(Markup.text(title))</h2>\n"
    }

    mutating func heading(_ text: String) { content += "<h3>\(Markup.text(text))</h3>\n" }

    mutating func paragraph(_ text: String) { content += "<p>\(Markup.text(text))</p>\n" }

    /// Text whose lines and blanks stay, such as a command.
    mutating func code(_ text: String) { content += "<pre class=\"code\">\(Markup.text(text))</pre>\n" }

    mutating func list(_ items: [String]) {
        if items.isEmpty { return }
        content += "<ul>" + items.map { "<li>\(Markup.text($0))</li>" }.joined() + "</ul>\n"
    }

    /// Large numbers with what they are.
    mutating func figures(_ figures: [(value: String, meaning: String)]) {
        content +=
            "<dl class=\"figures\">"
            + figures.map { "<div><dt>\(Markup.text($0.meaning))</dt><dd>\(Markup.text($0.value))</dd></div>" }.joined()
            + "</dl>\n"
    }

    /// A table; columns after the first are numbers, unless it has text.
    mutating func table(_ table: ChartTable, caption: String, hasText: Bool = false) {
        let rows = table.rows.map { row in
            "<tr>"
                + row.enumerated().map { column, cell in
                    column == 0 ? "<th scope=\"row\">\(Markup.text(cell))</th>" : "<td>\(Markup.text(cell))</td>"
                }.joined() + "</tr>"
        }
        begin(table, caption: caption, style: hasText ? "words" : "plain")
        content += "<tbody>\(rows.joined(separator: "\n"))</tbody></table></div>\n"
    }

    /// A table whose cells are shaded by their share of the row.
    mutating func shadedTable(_ table: ChartTable, shares: [[Double]], caption: String) {
        let rows = zip(table.rows, shares).map { row, shares in
            let cells = zip(row.dropFirst(), shares).map { cell, share in
                let shade = share > 0 ? min(1 + Int(share * 9), 9) : 0
                return "<td class=\"c\(shade)\">\(Markup.text(cell))</td>"
            }
            return "<tr><th scope=\"row\">\(Markup.text(row.first ?? ""))</th>\(cells.joined())</tr>"
        }
        begin(table, caption: caption, style: "shaded")
        content += "<tbody>\(rows.joined(separator: "\n"))</tbody></table></div>\n"
    }

    /// The beginning of a table: its caption stands outside, where it is whole however wide the table is.
    private mutating func begin(_ table: ChartTable, caption: String, style: String) {
        tables += 1
        let head = table.header.map { "<th scope=\"col\">\(Markup.text($0))</th>" }.joined()
        content +=
            "<p class=\"caption\" id=\"table-\(tables)\">\(Markup.text(caption))</p><div class=\"wide\" tabindex=\"0\">"
            + "<table class=\"\(style)\" aria-describedby=\"table-\(tables)\"><thead><tr>\(head)</tr></thead>"
    }

    /// Charts side by side where there is room.
    mutating func charts(_ charts: [(any Chart)?]) {
        let present = charts.compactMap(\.self)
        if present.isEmpty { return }
        content += "<div class=\"charts\">\n"
        for chart in present { add(chart) }
        content += "</div>\n"
    }

    /// What is shown only when it is asked for.
    mutating func details(_ title: String, isOpen: Bool = false, _ body: (inout Page) -> Void) {
        content += "<details class=\"part\"\(isOpen ? " open" : "")><summary>\(Markup.text(title))</summary>\n"
        body(&self)
        content += "</details>\n"
    }

    private mutating func add(_ chart: any Chart) {
        drawn.append(chart)
        content +=
            "<figure>\(chart.svg(id: "chart-\(drawn.count)"))<details class=\"numbers\"><summary>Numbers</summary>"
            + "<button type=\"button\">Copy</button><pre tabindex=\"0\">\(Markup.text(chart.table.csv))</pre></details></figure>\n"
    }

    /// The file.
    var html: String {
        let contents = sections.map { "<a href=\"#\($0.id)\">\(Markup.text($0.title))</a>" }.joined(separator: "\n")
        return """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
            <meta name="generator" content="sparsetrain \(Release.version)">
            <title>\(Markup.text(title))</title>
            <style>\(PageStyle.sheet)</style></head>
            <body><header><h1>\(Markup.text(title))</h1><nav aria-label="Sections">\(contents)</nav></header>
            <main>
            \(content)</main>
            <footer>Made by sparsetrain \(Release.version). Charts can be printed; their numbers are under each of them.</footer>
            <script>\(PageStyle.script)</script></body></html>

            """
    }
}
