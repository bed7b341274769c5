internal import Foundation
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
