internal import Foundation
internal import SparseData
internal import SparseTraining

/// How a run's progress is shown.
enum Progress {
    /// What was decided about the data, then a bar on a terminal and plain lines elsewhere; nothing when quiet.
    static func observers(quiet: Bool) -> [any TrainingObserver] {
        if quiet { return [] }
        let canDraw = StandardError.isTerminal && ProcessInfo.processInfo.environment["TERM"] != "dumb"
        return [ReadingLine(), Remarks(), canDraw ? ProgressBar() : ProgressLines()]
    }
}

/// Says on standard error what was decided about the data, and what was taken from a file of weights.
final class Remarks: TrainingObserver {
    func weightsWereRead(_ report: ImportReport) {
        for line in report.lines { Command.say(line) }
    }

    func dataWasOpened(_ source: DataSource) {
        for remark in source.remarks { Command.say(remark) }
    }
}

/// Says on standard error what went wrong without ending the run.
final class Warnings: TrainingObserver {
    func warningWasRaised(_ record: WarningRecord) { Self.say(record.message) }

    static func say(_ message: String) { StandardError.say("sparsetrain: warning: \(message)") }

    func batchWasSkipped(_ error: TrainingError) {
        StandardError.say("sparsetrain: \(error); this batch is left out")
    }

    func writingFailed(_ error: TrainingError) {
        StandardError.say("sparsetrain: \(error); the run goes on")
    }
}
