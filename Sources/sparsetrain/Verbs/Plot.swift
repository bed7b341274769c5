internal import Foundation
internal import SparseTraining

/// `sparsetrain plot RUN...`: the charts of such a page as files.
extension Verb {
    static let plot = Verb(
        name: "plot", summary: "write the charts of a report as SVG files, with their numbers as CSV, for a paper",
        subject: .runs, options: [.figures, .force], isAboutRun: true
    ) { arguments in
        _ = try arguments.requiredSubject()
        guard let out = arguments.value(of: .figures), !out.isEmpty else {
            throw ConfigurationError.missingValue(
                option: CommandOption.figures.name, expected: CommandOption.figures.expected)
        }
        let report = try arguments.trainingReport()
        let folder = URL(filePath: out, directoryHint: .isDirectory)
        if !arguments.has(.force),
            let taken = report.figureFiles.first(where: {
                FileManager.default.fileExists(atPath: folder.appending(path: $0).path)
            })
        {
            throw ConfigurationError.rejected(
                reason: "\(out)/\(taken) is there already; --force replaces such files, --out names another folder")
        }
        try report.writeFigures(to: folder)
        let figures = report.figures
        try StandardOutput.write(
            "wrote \(figures.count) charts to \(out), SVG and CSV: " + figures.map(\.name).joined(separator: ", "))
        return ExitStatus.done
    }
}

extension CommandOption {
    fileprivate static let figures = CommandOption(
        name: "out", unit: "FOLDER", expected: "a folder", help: "the folder to write the charts to")
}
