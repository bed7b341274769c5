public import Foundation

/// A page about one run or several: curves, topology, tables, cost, all in one file that loads nothing.
///
///     try TrainingReport(of: "runs/mine").write(to: URL(filePath: "mine.html"))
///     let runs = try ["runs/a", "runs/b"].map { ComparedRun(try FinishedRun(contentsOf: $0)) }
///     try TrainingReport(comparing: runs, title: "a and b").write(to: URL(filePath: "both.html"))
public struct TrainingReport: Sendable {
    /// A chart as a file of its own.
    public struct Figure: Sendable {
        /// Letters, digits and dashes: "test-accuracy".
        public var name: String
        /// An SVG file.
        public var svg: String
        /// The numbers behind it: comma-separated values with a header.
        public var csv: String
    }

    /// The page, as HTML.
    public let html: String
    /// Its charts, in their order.
    public let figures: [Figure]

    /// The report of a run that has ended.
    /// - Parameter folder: A run folder.
    /// - Throws: `ConfigurationError` or `TrainedModelError` for a file in it that cannot be read.
    public init(of folder: String) throws { self.init(RunReport.page(try ReportSource(folder: folder))) }

    /// The report of a run that has just ended.
    init(_ source: ReportSource) { self.init(RunReport.page(source)) }

    /// A report of several runs.
    /// - Parameters:
    ///   - runs: At least one.
    ///   - title: Of the page.
    ///   - findings: What is asked of such a comparison, and whether the runs show it.
    ///   - remarks: What a reader has to know: runs that are missing, say.
    /// - Throws: `ConfigurationError` for a `metrics.jsonl` that cannot be read.
    public init(
        comparing runs: [ComparedRun], title: String, findings: [Finding] = [], remarks: [String] = []
    ) throws {
        self.init(try ComparisonReport.page(runs, title: title, findings: findings, remarks: remarks))
    }

    private init(_ page: Page) {
        html = page.html
        var taken: Set<String> = []
        figures = page.drawn.map { chart in
            var (name, number) = (chart.name, 1)
            while !taken.insert(name).inserted {
                number += 1
                name = "\(chart.name)-\(number)"
            }
            return Figure(name: name, svg: chart.file, csv: chart.table.csv + "\n")
        }
    }

    /// Writes the page, in the place of a file that has the name.
    /// - Throws: `TrainingError.cannotWrite`; the old file is then as it was.
    public func write(to file: URL) throws {
        try DurableFile.replace(file) { try $0.write(contentsOf: Data(html.utf8)) }
    }

    /// The files that `writeFigures` makes.
    public var figureFiles: [String] { figures.flatMap { [$0.name + ".svg", $0.name + ".csv"] } }

    /// Writes each chart as an SVG file, and its numbers as a CSV file beside it, in the place of files that have the names.
    /// - Parameter folder: Is made if it is not there.
    /// - Throws: `TrainingError.cannotWrite`.
    public func writeFigures(to folder: URL) throws {
        try writing(to: folder) {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        }
        for figure in figures {
            for (ending, text) in [("svg", figure.svg), ("csv", figure.csv)] {
                let file = folder.appending(path: "\(figure.name).\(ending)")
                try writing(to: file) { try Data(text.utf8).write(to: file, options: .atomic) }
            }
        }
    }
}
