/// What became of a run of a sweep so far.
package enum SweepState: Sendable {
    /// Not run to its end yet.
    case pending
    case done(FinishedRun)
    /// With the reason.
    case failed(String)
    /// Given up for others that were better after this epoch (successive halving).
    case stopped(EpochRecord, FinishedRun?)

    /// The word in tables.
    package var word: String {
        switch self {
        case .pending: "pending"
        case .done: "done"
        case .failed: "failed"
        case .stopped: "stopped"
        }
    }
}
