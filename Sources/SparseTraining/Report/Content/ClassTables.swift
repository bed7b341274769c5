/// How the network does class by class.
struct ClassTables {
    /// With more classes the matrix is no table for people.
    private static let mostClasses = 30
    private static let mostMistakes = 20

    private let report: ClassReport

    init(_ report: ClassReport) { self.report = report }

    /// Adds what there is to say.
    func add(to page: inout Page) {
        let names = report.classes.map(\.name)
        if names.count <= Self.mostClasses {
            page.shadedTable(
                ChartTable(
                    header: ["is / taken for"] + names.map { TextWidth.fitted($0, into: 100, size: ChartText.size) },
                    rows: zip(names, report.confusion).map { [$0] + $1.map(String.init) }),
                shares: report.confusion.map { row in
                    let sum = Double(max(row.reduce(0, +), 1))
                    return row.map { Double($0) / sum }
                },
                caption:
                    "Test samples by the class that they are of (rows) and the class that they were taken for (columns); "
                    + "the shade is the share of the row.")
        }
        var mistakes: [(count: Int, row: Int, column: Int)] = []
        for (row, counts) in report.confusion.enumerated() {
            for (column, count) in counts.enumerated() where row != column && count > 0 {
                mistakes.append((count, row, column))
            }
        }
        mistakes.sort { ($1.count, $0.row, $0.column) < ($0.count, $1.row, $1.column) }
        let classes = ChartTable(
            header: ["class", "samples", "precision", "recall", "F1"],
            rows: report.classes.map { entry in
                [entry.name, "\(entry.samples)"]
                    + [entry.precision, entry.recall, entry.f1].map { $0.map(NumberText.short) ?? "-" }
            })
        page.details("Class by class") { $0.table(classes, caption: "Of the test samples.") }
        if mistakes.isEmpty { return }
        let common = ChartTable(
            header: ["class", "taken for", "samples"],
            rows: mistakes.prefix(Self.mostMistakes).map { [names[$0.row], names[$0.column], "\($0.count)"] })
        page.details("Most common mistakes") { $0.table(common, caption: "Of the test samples.") }
    }
}
