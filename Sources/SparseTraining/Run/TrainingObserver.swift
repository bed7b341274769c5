public import SparseData
public import SparseModels

/// Is told how a run goes, on the thread that trains, between steps. What an observer throws ends the run with that
/// error. Every method has an empty default.
public protocol TrainingObserver: AnyObject {
    /// Before the data is opened and read. Only while a trainer is made, and not for data of a program's own.
    func dataWillBeRead(_ path: String) throws
    /// After that.
    func dataWasRead() throws
    /// When the run begins: the data of the run, with remarks on what was decided about them.
    func dataWasOpened(_ source: DataSource) throws
    /// When a run begins with the weights of a file (`initFrom`, `maskFrom`): what was taken from it.
    func weightsWereRead(_ report: ImportReport) throws
    /// Before the first step.
    func runWillBegin(_ plan: TrainingPlan) throws
    /// After each weight update. Called often: return fast.
    func stepDidEnd(_ progress: TrainingProgress) throws
    /// After each change of the connections.
    func topologyDidChange(_ record: TopologyRecord) throws
    /// When the connections became such that the result will suffer.
    func warningWasRaised(_ record: WarningRecord) throws
    /// After each epoch and its evaluation.
    func epochDidEnd(_ record: EpochRecord) throws
    /// After a batch with a number that was not finite, when the run goes on.
    func batchWasSkipped(_ error: TrainingError) throws
    /// After a checkpoint was written.
    func checkpointWasWritten(_ path: String, step: Int) throws
    /// After a file of the run could not be written, when the run goes on. The checkpoint before is whole; lines of the
    /// metrics are kept and written when that works again.
    func writingFailed(_ error: TrainingError) throws
    /// After the last step, or the last one before a cancellation.
    func runDidEnd(_ summary: TrainingSummary) throws
}

extension TrainingObserver {
    public func dataWillBeRead(_ path: String) throws {}
    public func dataWasRead() throws {}
    public func dataWasOpened(_ source: DataSource) throws {}
    public func weightsWereRead(_ report: ImportReport) throws {}
    public func runWillBegin(_ plan: TrainingPlan) throws {}
    public func stepDidEnd(_ progress: TrainingProgress) throws {}
    public func topologyDidChange(_ record: TopologyRecord) throws {}
    public func warningWasRaised(_ record: WarningRecord) throws {}
    public func epochDidEnd(_ record: EpochRecord) throws {}
    public func batchWasSkipped(_ error: TrainingError) throws {}
    public func checkpointWasWritten(_ path: String, step: Int) throws {}
    public func writingFailed(_ error: TrainingError) throws {}
    public func runDidEnd(_ summary: TrainingSummary) throws {}
}

/// An observer that writes a file. How far the file goes, its cursor, is part of the run's state: a checkpoint holds it, and a
/// run that goes on from there cuts the file off behind it, for what comes after is done again. A cursor counts what suits the
/// file: lines, bytes, records.
public protocol WritingObserver: TrainingObserver {
    /// Tells its cursor from those of other observers; "metrics" is that of the run folder.
    var cursorName: String { get }
    /// Whether the file goes as far as the cursor. Called while a trainer is made that goes on: nothing may change yet.
    func check(cursor: Int) throws
    /// Before the first step: opens the file, and cuts it off behind the cursor.
    /// - Parameter cursor: Nil for a run that begins, or one whose checkpoint knows nothing of this observer: all that the
    ///   file has is of another run.
    func begin(at cursor: Int?) throws
    /// Before each checkpoint: brings what was written to the disk, and says how far the file goes.
    func cursor() throws -> Int
}

/// How far a run is.
public struct TrainingProgress: Sendable, Equatable {
    /// Weight updates done.
    public var step: Int
    /// Weight updates of the whole run.
    public var steps: Int
    /// The current epoch, from 1.
    public var epoch: Int
    /// Epochs of the run.
    public var epochs: Int
    /// Means over the samples of this epoch so far.
    public var loss: Double
    /// The metric that "best" means.
    public var metric: Scores.Value
    /// Training samples over the time of training alone, this epoch so far.
    public var samplesPerSecond: Double
    /// Wall time since the run began.
    public var seconds: Double
}
