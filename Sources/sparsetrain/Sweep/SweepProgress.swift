internal import Foundation
internal import SparseTraining

/// How far a sweep is: a line for each run that ended, and on a terminal some that are drawn over and over, of what goes on.
final class SweepProgress {
    private let canDraw = StandardError.isTerminal && ProcessInfo.processInfo.environment["TERM"] != "dumb"
    private let start = ContinuousClock.now
    private var results: SweepResults?
    /// Operations of the runs that were done before.
    private var doneBefore = 0.0
    private var drawnLines = 0

    /// Rows of running processes that are shown.
    private static let mostRows = 8

    func begin(_ results: SweepResults) {
        self.results = results
        doneBefore = Self.work(results)
        let done = results.count("done")
        StandardError.say(
            "\(results.rows.count) \(results.rows.count == 1 ? "run" : "runs")"
                + (done > 0 ? ", \(done) of them done before" : ""))
    }

    /// A run ended, or was given up.
    func ended(_ run: SweepRun, _ results: SweepResults) {
        self.results = results
        guard let row = results.rows.first(where: { $0.run.name == run.name }) else { return }
        let ended = results.rows.count - results.count("pending")
        erase()
        StandardError.say("[\(ended)/\(results.rows.count)] \(Self.line(of: row))")
    }

    /// A process that outlived an earlier sweep has the run in hand.
    func waits(for run: SweepRun) {
        erase()
        StandardError.say("\(run.name): goes on since an earlier sweep, and is waited for")
    }

    /// Draws what goes on.
    func show(_ jobs: [SweepScheduler.Job]) {
        guard canDraw, let results else { return }
        let width = TerminalWidth.columns - 1
        var lines = [headline(results, jobs)]
        for job in jobs.prefix(Self.mostRows) {
            let epochs = job.run.need?.epochs ?? 0
            let last = job.epochs.last
            let metric = last?.test.values.first.flatMap { value in
                value.value.map { "  test \(value.name) " + String(format: "%.4f", $0) }
            }
            lines.append("  \(job.run.name)  epoch \(last?.epoch ?? 0)/\(epochs)\(metric ?? "")")
        }
        if jobs.count > Self.mostRows { lines.append("  and \(jobs.count - Self.mostRows) more") }
        erase()
        drawnLines = lines.count
        write(lines.map { String($0.prefix(max(width, 0))) }.joined(separator: "\n"))
    }

    func end() { erase() }

    /// Takes away what is drawn.
    private func erase() {
        guard drawnLines > 0 else { return }
        write("\r" + (drawnLines > 1 ? "\u{1B}[\(drawnLines - 1)A" : "") + "\u{1B}[J")
        drawnLines = 0
    }

    private func write(_ text: String) {
        // A terminal that takes nothing ends no sweep.
        do throws(Output.Failure) { try Output.write(text, to: STDERR_FILENO, patience: 1000) } catch {}
    }

    private func headline(_ results: SweepResults, _ jobs: [SweepScheduler.Job]) -> String {
        let counts = ["done", "failed", "stopped"].compactMap { word -> String? in
            let count = results.count(word)
            return count > 0 || word == "done" ? "\(count) \(word)" : nil
        }
        let text = "\(results.rows.count) runs: \(counts.joined(separator: ", ")), \(jobs.count) going on"
        guard let left = timeLeft(results, jobs) else { return text }
        return "\(text), \(left) left"
    }

    /// From the operations that were done since the sweep began, and those that are left.
    private func timeLeft(_ results: SweepResults, _ jobs: [SweepScheduler.Job]) -> String? {
        let going = jobs.map { job -> Double in
            let share = Double(job.epochs.last?.epoch ?? 0) / Double(max(job.run.need?.epochs ?? 1, 1))
            return min(share, 1) * (job.run.need?.trainingFLOPs ?? 0)
        }.reduce(0, +)
        let done: Double = Self.work(results) + going
        let all = results.rows.compactMap(\.run.need?.trainingFLOPs).reduce(0, +)
        let elapsed: Double = (ContinuousClock.now - start) / Duration.seconds(1)
        guard done > doneBefore, elapsed > 2 else { return nil }
        let left = Int(min(elapsed * (all - done) / (done - doneBefore), 1e9))
        return left < 3600
            ? String(format: "%ld:%02ld", left / 60, left % 60)
            : String(format: "%ld:%02ld:%02ld", left / 3600, left / 60 % 60, left % 60)
    }

    private static func work(_ results: SweepResults) -> Double {
        results.rows.filter { if case .pending = $0.state { false } else { true } }
            .compactMap(\.run.need?.trainingFLOPs).reduce(0, +)
    }

    private static func line(of row: SweepResults.Row) -> String {
        switch row.state {
        case .failed(let reason): return "\(row.run.name): failed: \(reason)"
        case .stopped(let record, _): return "\(row.run.name): stopped after epoch \(record.epoch)"
        case .pending: return "\(row.run.name): pending"
        case .done(let run):
            let metric = run.summary.test.values.first.flatMap { value in
                value.value.map { "test \(value.name) " + String(format: "%.4f, ", $0) }
            }
            let ratio = row.outcome.map { String(format: "%.1f times smaller, ", $0.compression) } ?? ""
            return "\(row.run.name): \(metric ?? "")\(ratio)" + String(format: "%.1f s", run.summary.seconds)
        }
    }
}
