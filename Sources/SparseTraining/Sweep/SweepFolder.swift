package import Foundation
internal import SparseParts

/// The files of a sweep: `sweep.json`, `results.csv` and the folders of its runs. Who has one holds it.
package final class SweepFolder {
    /// As it was given.
    package let path: String
    private var lock: FolderLock?

    /// Nothing is looked at or made yet.
    package init(path: String) { self.path = path }

    /// A folder `sweeps/<time>`, with a number where there is one already.
    package static func fresh(at date: Date = Date()) -> SweepFolder {
        let name = "sweeps/\(RunFolder.stamp(of: date))"
        var (path, number) = (name, 1)
        while FileManager.default.fileExists(atPath: path) {
            number += 1
            path = "\(name)-\(number)"
        }
        return SweepFolder(path: path)
    }

    /// Where the sweep lies.
    package var url: URL { URL(filePath: path, directoryHint: .isDirectory) }
    /// The table.
    package var results: URL { url.appending(path: "results.csv") }
    /// The page.
    package var report: URL { url.appending(path: "report.html") }
    /// Its charts, as files.
    package var figures: URL { url.appending(path: "figures", directoryHint: .isDirectory) }
    private var planFile: URL { url.appending(path: "sweep.json") }
    private var runs: URL { url.appending(path: "runs", directoryHint: .isDirectory) }

    /// The folder of a run, as paths are given on the command line.
    package func path(of run: SweepRun) -> String { runPath(run.name) }
    /// The options of a run.
    package func configuration(of run: SweepRun) -> String { runPath(run.name + ".json") }
    /// What a run says on standard error.
    package func log(of run: SweepRun) -> String { runPath(run.name + ".log") }

    private func runPath(_ name: String) -> String { runs.appending(path: name).relativePath }

    /// Takes the folder for a plan: makes it, or goes on with what is there; then writes plan and options.
    /// - Returns: The plan, its runs under the names that they have in the folder.
    /// - Throws: `ConfigurationError` when the folder holds something else, or runs that are not in the plan; `TrainingError`
    ///   when another sweep uses it, or it cannot be written.
    package func begin(_ plan: SweepPlan) throws -> SweepPlan {
        try writing(to: url) { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
        do throws(TrainingError) { lock = try FolderLock(url) } catch {
            guard case .folderInUse = error else { throw error }
            throw ConfigurationError.rejected(
                reason: "--out \(path): another sweep is using this folder; wait for its end, or name another folder")
        }
        let named = try known(plan)
        try writing(to: runs) {
            try FileManager.default.createDirectory(at: runs, withIntermediateDirectories: true)
            try DurableFile.replace(planFile) { try $0.write(contentsOf: try SweepRecord(named).json()) }
            for run in named.runs {
                try run.configuration.json().write(to: URL(filePath: configuration(of: run)), options: .atomic)
            }
        }
        return named
    }

    /// The plan under the names that the folder has for its runs, if there are some. Nothing is written.
    /// - Throws: `ConfigurationError` when the folder holds something else, or runs that are not in the plan.
    package func known(_ plan: SweepPlan) throws(ConfigurationError) -> SweepPlan {
        guard let earlier = try earlier() else { return plan }
        let planned = plan.runs.map(\.decides)
        if let missing = earlier.sorted(by: { $0.key < $1.key }).first(where: { !planned.contains($0.value) }) {
            throw .rejected(
                reason: "--out \(path): it holds another sweep, whose run \(missing.key) is not among these; give the "
                    + "same options (values may be added), or name another folder")
        }
        var named = plan
        named.takeNames(from: earlier)
        return named
    }

    /// What decides the runs of an earlier plan, by their names; nil in a folder without one.
    private func earlier() throws(ConfigurationError) -> [String: Settings]? {
        let names: [String]
        do { names = try FileManager.default.contentsOfDirectory(atPath: url.path) } catch {
            if !FileManager.default.fileExists(atPath: url.path) { return nil }
            throw .rejected(reason: "--out \(path): \(reason(of: error))")
        }
        guard names.contains(planFile.lastPathComponent) else {
            if let foreign = names.first(where: { !$0.hasSuffix(DurableFile.partial) }) {
                throw .rejected(
                    reason:
                        "--out \(path): it holds \(foreign) and no sweep.json; name a new folder, or that of a sweep")
            }
            return nil
        }
        return try SweepRecord.read(planFile).mapValues { $0.settings.filter { $0.carryOver != .free } }
    }

    /// What became of a run, as its files say: done, or pending.
    package func state(of run: SweepRun) -> SweepState {
        if let fault = run.fault { return .failed(fault) }
        guard let finished = try? FinishedRun(contentsOf: path(of: run)), !finished.summary.interrupted else {
            return .pending
        }
        return .done(finished)
    }

    /// Whether a process computes in the folder of a run: one that an earlier sweep started and that outlived it.
    package func isInUse(_ run: SweepRun) -> Bool {
        do throws(TrainingError) {
            _ = try FolderLock(URL(filePath: path(of: run), directoryHint: .isDirectory))
            return false
        } catch {
            if case .folderInUse = error { return true }
            return false
        }
    }

    /// The last line that a run said, without the program's name.
    package func lastLine(of run: SweepRun) -> String? {
        guard let file = FileHandle(forReadingAtPath: log(of: run)) else { return nil }
        defer { try? file.close() }
        let end = (try? file.seekToEnd()) ?? 0
        try? file.seek(toOffset: end > 1 << 16 ? end - 1 << 16 : 0)
        let text = String(decoding: (try? file.readToEnd()) ?? Data(), as: UTF8.self)
        guard let line = text.split(separator: "\n").last else { return nil }
        let program = "sparsetrain: "
        return String(line.hasPrefix(program) ? line.dropFirst(program.count) : line)
    }

    /// The epochs that a run measures, as its file grows.
    package func epochs(of run: SweepRun) -> EpochReader {
        EpochReader(URL(filePath: path(of: run)).appending(path: FolderContent.metrics))
    }

    /// Replaces the table.
    package func write(_ results: SweepResults) throws {
        try DurableFile.replace(self.results) { try $0.write(contentsOf: Data((results.csv + "\n").utf8)) }
    }
}
