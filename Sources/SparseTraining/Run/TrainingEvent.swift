/// What a run tells of itself while it trains, one after the other: the lines of `metrics.jsonl`, and what else a
/// `TrainingObserver` is told other than each step.
public enum TrainingEvent: Sendable, Equatable {
    /// The run begins with the weights of a file, and what was taken from it. The first event, where there is one.
    case weightsRead(ImportReport)
    /// Data and network are ready, and the first step is next.
    case started(TrainingPlan)
    /// An epoch and its evaluation are over.
    case epoch(EpochRecord)
    /// Connections were changed.
    case topologyUpdate(TopologyRecord)
    /// Something that may spoil the result.
    case warning(WarningRecord)
    /// A batch with a number that was not finite was left out.
    case batchSkipped(TrainingError)
    /// The run can go on from this file, after so many weight updates.
    case checkpoint(path: String, step: Int)
    /// A file could not be written, and the run goes on.
    case writingFailed(TrainingError)
    /// The run is over, its files are written, and its folder is free. The last event.
    case finished(TrainingSummary)
}
