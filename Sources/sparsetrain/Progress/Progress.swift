internal import Foundation
internal import SparseData
internal import SparseTraining

/// How a run's progress is shown.
struct Progress {
    /// How much is said.
    enum Detail {
        case nothing
        /// What fits a screen.
        case some
        case all
    }

    /// What was decided about the data, then lines for epochs, and on a terminal a bar; nothing when quiet.
    let observers: [any TrainingObserver]
    private let lines: ProgressLines

    init(_ detail: Detail) {
        let canDraw = StandardError.isTerminal && ProcessInfo.processInfo.environment["TERM"] != "dumb"
        lines = ProgressLines(isWhole: detail == .all, besideBar: canDraw, screen: .standardError)
        observers =
            detail == .nothing ? [] : [ReadingLine(), Remarks(), lines] + (canDraw ? [ProgressBar()] : [])
    }

    /// Has what is trained said before the first step.
    func describe(_ trainer: Trainer) {
        let (layers, run) = (trainer.layers, trainer.configuration)
        let stored = layers.map(\.nonzeros).reduce(0, +)
        let positions = layers.map { $0.shape.reduce(1, *) }.reduce(0, +)
        let said = String(
            format: "%@, %@ on %@: %ld of %ld weights stored, density %.4f", run.method, run.model, run.data, stored,
            positions, Double(stored) / Double(max(positions, 1)))
        lines.trained = (said, layers)
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

    static func say(_ message: String) {
        StandardError.say("sparsetrain: \(Screen.standardError.ink("warning:", .doubtful)) \(message)")
    }

    func batchWasSkipped(_ error: TrainingError) {
        StandardError.say("sparsetrain: \(error); this batch is left out")
    }

    func writingFailed(_ error: TrainingError) {
        StandardError.say("sparsetrain: \(error); the run goes on")
    }
}
