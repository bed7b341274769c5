internal import SparseTraining

/// `sparsetrain compare RUN...`: what runs came to, side by side.
extension Verb {
    static let compare = Verb(
        name: "compare", summary: "compare runs: mean and deviation over seeds, as a table",
        subject: .runs,
        options: [.tableForm, .overlap], isAboutRun: true
    ) { arguments in
        let form = try arguments.tableForm()
        _ = try arguments.requiredSubject()
        var comparison = RunComparison(try arguments.subjects.map(FinishedRun.init(contentsOf:)))
        if arguments.has(.overlap) { try comparison.measureOverlap() }
        try StandardOutput.write(comparison.table.written(as: form))
        return ExitStatus.done
    }
}

extension CommandOption {
    fileprivate static let tableForm = CommandOption(
        name: "format", unit: "NAME", expected: "one of text, csv, markdown, latex",
        help: "form of the table: text, csv, markdown or latex [text]",
        choices: ComparisonTable.Form.allCases.map(\.rawValue))
    fileprivate static let overlap = CommandOption(
        name: "overlap", help: "also how much the connections of runs that differ by their seed overlap")
}

extension Arguments {
    fileprivate func tableForm() throws(ConfigurationError) -> ComparisonTable.Form {
        guard let text = value(of: .tableForm) else { return .text }
        guard let form = ComparisonTable.Form(rawValue: text) else {
            throw .invalidValue(
                option: CommandOption.tableForm.name, value: text, expected: CommandOption.tableForm.expected)
        }
        return form
    }
}
