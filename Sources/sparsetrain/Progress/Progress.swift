internal import SparseTraining

/// How a run's progress is shown.
enum Progress {
    /// A bar on a terminal, plain lines elsewhere, nothing when quiet.
    static func observer(quiet: Bool) -> (any TrainingObserver)? {
        if quiet { return nil }
        return StandardError.isTerminal ? ProgressBar() : ProgressLines()
    }
}
