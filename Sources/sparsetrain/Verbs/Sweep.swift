internal import Foundation
internal import SparseParts
internal import SparseStore
internal import SparseTraining

/// `sparsetrain sweep`: a grid of runs, each a process of its own, their progress on standard error, the comparison on standard
/// output, table and page in `--out`.
extension Verb {
    static let sweep = Verb(
        name: "sweep",
        summary: "run a grid of runs side by side: lists of values for options (--seed 0,1,2), or a file",
        options: [
            .grid, .protocol, .ratio, .random, .cores, .memory, .halving, .sweepDryRun,
            .sweepJSON, .quiet,
        ],
        isAboutRun: false, takes: { _ in true }, run: { try SweepCommand($0).run() })
}

extension CommandOption {
    fileprivate static let grid = CommandOption(
        name: "grid", unit: "FILE", expected: "a file",
        help: "read base, grid, pairs and random from a JSON object; the command line wins")
    fileprivate static let `protocol` = CommandOption(
        name: "protocol", unit: "NAME",
        expected: "one of " + Parts.sweepProtocols.names.joined(separator: ", "),
        help: "the grid of a published comparison: " + Parts.sweepProtocols.names.joined(separator: ", ")
            + "; what is said elsewhere wins",
        choices: Parts.sweepProtocols.names)
    fileprivate static let ratio = CommandOption(
        name: SweepOption.ratio, unit: "R,...", expected: "compression ratios, from 1 (dense)",
        help: "all parameters over those that are left, biases and normalisation included; in place of --density")
    fileprivate static let random = CommandOption(
        name: "random", unit: "N", expected: "a whole number from 1 to 10000",
        help: "draw so many sets of values from the ranges of the file's random")
    fileprivate static let cores = CommandOption(
        name: "cores", unit: "N", expected: "a whole number from 1 to 4096",
        help: "cores that all runs share; a run takes --threads of them, by default 1 [all it may use]")
    fileprivate static let memory = CommandOption(
        name: "memory", unit: "BYTES", expected: "a number of bytes, such as 8G",
        help: "memory that all runs share, such as 8G [80 % of what it may use]")
    fileprivate static let halving = CommandOption(
        name: "halving",
        help: "stop the worse half after a quarter, and again after half of the epochs, by validation samples")
    fileprivate static let sweepJSON = CommandOption(
        name: "json", help: "print the results as a JSON array and nothing else on standard output")
    fileprivate static let sweepDryRun = CommandOption(
        name: "dry-run", help: "list the runs and what they need, without training")
}

/// One sweep, from its options to its report.
private struct SweepCommand {
    private let arguments: Arguments
    private let grid: SweepGrid
    private let draws: Int?
    private let folder: SweepFolder
    private let budget: SweepBudget

    /// - Throws: `UsageError` or `ConfigurationError` for options that cannot be used.
    init(_ arguments: Arguments) throws {
        self.arguments = arguments
        let out = arguments.setting(Options().out.name)
        folder = out.map(SweepFolder.init) ?? .fresh()
        grid = try arguments.sweepGrid()
        draws = try arguments.count(of: .random, from: 1...10_000)
        let cores = try arguments.count(of: .cores, from: 1...4096) ?? ProcessLimits.processors
        let memory = try arguments.value(of: .memory).map { text throws(ConfigurationError) in
            try ByteCount.read(text, of: .memory)
        }
        budget = SweepBudget(cores: cores, memory: memory ?? 0.8 * Double(ProcessLimits.memory))
    }

    func run() throws -> Int32 {
        var plan = try SweepPlan(grid, draws: draws)
        if let threads = plan.runs.compactMap(\.configuration.threads).max(), threads > budget.cores {
            throw ConfigurationError.rejected(
                reason: "--threads \(threads): a run of so many threads does not fit into --cores \(budget.cores)")
        }
        for remark in plan.remarks { Warnings.say(remark) }
        let halving = arguments.has(.halving) ? try SuccessiveHalving(try folder.known(plan).runs) : nil
        if arguments.has(.sweepDryRun) {
            try StandardOutput.write(
                try SweepListing(try folder.known(plan), budget).text(json: arguments.has(.sweepJSON)))
            return ExitStatus.done
        }
        plan = try folder.begin(plan)
        let cancellation = Cancellation()
        let interrupt = Interrupt(cancellation)
        interrupt.runBegins()
        let scheduler = SweepScheduler(
            plan, in: folder, budget: budget, halving: try halving.map { _ in try SuccessiveHalving(plan.runs) },
            cancellation: cancellation, progress: arguments.has(.quiet) ? nil : SweepProgress())
        try withExtendedLifetime(interrupt) { try scheduler.run() }
        let results = scheduler.results
        let checklist = SurveyChecklist(results)
        try folder.write(results)
        try writeReport(results, checklist: checklist, leftOut: plan.leftOut, in: folder)
        try report(results, checklist)
        if let status = interrupt.status {
            Command.say("interrupted; the same command with --out \(folder.path) goes on")
            return status
        }
        return results.count("failed") > 0 ? ExitStatus.failed : ExitStatus.done
    }

    private func report(_ results: SweepResults, _ checklist: SurveyChecklist) throws {
        if arguments.has(.sweepJSON) { return try StandardOutput.write(try results.json()) }
        var blocks: [String] = []
        if !results.finished.isEmpty {
            blocks.append(RunComparison(results.compared).table.text)
            let points = checklist.lines.map { "  " + $0 }
            blocks.append((["checklist of Blalock et al. (2020):"] + points).joined(separator: "\n"))
        }
        let counts = ["done", "failed", "stopped", "pending"].compactMap { word in
            results.count(word) > 0 ? "\(results.count(word)) \(word)" : nil
        }
        var files = [
            "\(results.rows.count) \(results.rows.count == 1 ? "run" : "runs"): \(counts.joined(separator: ", "))",
            "results: \(folder.results.relativePath)",
        ]
        if FileManager.default.fileExists(atPath: folder.report.path) {
            files.append("report: \(folder.report.relativePath), its charts in \(folder.figures.relativePath)")
        }
        blocks.append(files.joined(separator: "\n"))
        do throws(LostResult) { try StandardOutput.write(blocks.joined(separator: "\n\n")) } catch {
            throw LostResult(reason: error.reason, file: folder.results.relativePath)
        }
    }
}

/// Writes the page of a sweep and its charts: the runs that are done, and what the checklist says of them.
private func writeReport(
    _ results: SweepResults, checklist: SurveyChecklist, leftOut: [String], in folder: SweepFolder
) throws {
    let runs = results.compared
    if runs.isEmpty { return }
    let missing = results.rows.count - runs.count
    let remarks =
        missing > 0 ? ["\(missing) of \(results.rows.count) runs are not done: results.csv says which, and why."] : []
    let report = try TrainingReport(
        comparing: runs, title: "Sweep of \(results.rows.count) runs", findings: checklist.items,
        remarks: remarks + leftOut)
    try report.write(to: folder.report)
    try report.writeFigures(to: folder.figures)
}

extension Arguments {
    /// The runs that the words ask for: what is typed, over the file, over the protocol.
    /// - Throws: `ConfigurationError`.
    fileprivate func sweepGrid() throws(ConfigurationError) -> SweepGrid {
        var typed = SweepGrid()
        // The last of a name counts.
        var values: [(name: String, value: String)] = []
        for setting in settings where setting.name != Options().out.name {
            values.removeAll { $0.name == setting.name }
            values.append((setting.name, setting.value))
        }
        if let ratios = value(of: .ratio) { values.append((SweepOption.ratio, ratios)) }
        for (name, value) in values { try typed.read(word: value, of: name) }
        var grid = typed
        if let path = value(of: .grid) { grid = grid.over(try SweepFile.read(path)) }
        if let name = value(of: .protocol) {
            guard let entry = Parts.sweepProtocols.entry(named: name) else {
                throw ConfigurationError(
                    .unknownName(
                        option: CommandOption.protocol.name,
                        UnknownName(
                            kind: Parts.sweepProtocols.kind, name: name, known: Parts.sweepProtocols.names)))
            }
            grid = grid.over(try entry.part.grid())
        }
        return grid
    }

    fileprivate func count(
        of option: CommandOption, from range: ClosedRange<Int>
    ) throws(ConfigurationError) -> Int? {
        guard let text = value(of: option) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw .invalidValue(option: option.name, value: text, expected: option.expected)
        }
        return number
    }
}
