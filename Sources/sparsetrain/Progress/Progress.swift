internal import Foundation
internal import SparseTraining

/// How a run's progress is shown.
enum Progress {
    /// A bar on a terminal, plain lines elsewhere, nothing when quiet.
    static func observers(quiet: Bool) -> [any TrainingObserver] {
        if quiet { return [] }
        let canDraw = StandardError.isTerminal && ProcessInfo.processInfo.environment["TERM"] != "dumb"
        return [ReadingLine(), canDraw ? ProgressBar() : ProgressLines()]
    }
}
