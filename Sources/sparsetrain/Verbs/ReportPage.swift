internal import Foundation
internal import SparseTraining

/// `sparsetrain report RUN...`: a page about one run, or about several beside each other.
extension Verb {
    static let report = Verb(
        name: "report", summary: "make a page of one run, or of several side by side: curves, topology, tables, cost",
        subject: .runs, options: [.page, .title, .force], isAboutRun: true
    ) { arguments in
        let first = try arguments.requiredSubject()
        let isOne = arguments.subjects.count == 1
        let file = arguments.value(of: .page) ?? (isOne ? first + "/report.html" : "report.html")
        // The page in a run's folder is made of the folder, and may be made again.
        let isOwn = isOne && arguments.value(of: .page) == nil && FinishedRun.isReport(file)
        if FileManager.default.fileExists(atPath: file), !isOwn, !arguments.has(.force) {
            throw ConfigurationError.rejected(
                reason: "\(file) is there already; --force replaces it, --out names another")
        }
        let report = try arguments.trainingReport()
        try report.write(to: URL(filePath: file))
        try StandardOutput.write("wrote \(file): \(report.figures.count) charts, \(report.html.utf8.count) bytes")
        return ExitStatus.done
    }
}

extension Verb.Subject {
    static let runs = Verb.Subject(name: "RUN", meaning: "a run folder", isList: true)
}

extension CommandOption {
    fileprivate static let page = CommandOption(
        name: "out", unit: "FILE", expected: "a file",
        help: "the page to write [of one run its report.html, else report.html]")
    fileprivate static let title = CommandOption(
        name: "title", unit: "TEXT", expected: "a text", help: "title of a page about several runs")
}

extension Arguments {
    /// Of one run all that is known of it, of several what compares them.
    func trainingReport() throws -> TrainingReport {
        if subjects.count == 1, value(of: .title) == nil { return try TrainingReport(of: subjects[0]) }
        let runs = try subjects.map { ComparedRun(try FinishedRun(contentsOf: $0)) }
        return try TrainingReport(comparing: runs, title: value(of: .title) ?? "\(runs.count) runs")
    }
}
