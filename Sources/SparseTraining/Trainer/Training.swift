internal import Dispatch
public import SparseData
public import SparseModels
public import SparsePolicies

/// A run on a thread of its own, for programs that do not wait for it: asynchronous functions, actors, an app's main thread.
///
///     let training = Training(configuration)
///     for try await event in training.events {
///         if case .epoch(let epoch) = event { print(epoch.epoch, epoch.test["accuracy"] ?? 0) }
///     }
///     let summary = try await training.result()
///
/// It begins at once, and reads data and makes the network on that thread too; neither the caller nor a thread of Swift's
/// tasks is kept busy. It has the bits of `Trainer.run`, and any number of them may go on in one process at the same time.
/// A task that is cancelled while it waits for an event or the result ends the run as `cancel` does. Otherwise the run goes on
/// to its end, whether or not anybody keeps its `Training`.
public final class Training: Sendable {
    private let log = EventLog()
    private let cancellation = Cancellation()
    private let latest = Locked<TrainingProgress?>(nil)
    /// Before the run, where a program made it, and after the run.
    private let trainer: Locked<Handed?>

    /// A trainer on its way from one thread to another. Who puts it here has let go of it, by `sending` or because the run is
    /// over, and who takes it has it alone: hence the unchecked conformance.
    private struct Handed: @unchecked Sendable {
        let trainer: Trainer
    }

    /// Begins a run. The arguments are those of `Trainer`; what it throws, `result` and `events` throw.
    public init(
        _ configuration: TrainingConfiguration, data: DataSource? = nil, model: Model? = nil, method: Method? = nil,
        loss: (any Loss)? = nil, optimizer: (any Optimizer)? = nil, metrics: MetricList? = nil,
        resumption: Resumption = .none
    ) {
        trainer = Locked(nil)
        begin {
            try Trainer(
                configuration, data: data, model: model, method: method, loss: loss, optimizer: optimizer,
                metrics: metrics, resumption: resumption)
        }
    }

    /// Begins the run of a trainer that a program made, with observers of its own, say. They are called on the thread of the
    /// run. The trainer is given away: nobody can look at its network while that is trained; `takeTrainer` gives it back.
    public init(_ trainer: sending Trainer) {
        self.trainer = Locked(Handed(trainer: trainer))
        begin { nil }
    }

    private func begin(_ make: @escaping @Sendable () throws -> sending Trainer?) {
        // A queue of its own has a thread of its own, beside those of Swift's tasks.
        DispatchQueue(label: "sparsetrain.training").async { [self] in
            log.end(Result { try run(make) })
        }
    }

    private func run(_ make: @Sendable () throws -> sending Trainer?) throws -> TrainingSummary {
        var made = try make()
        if made == nil { made = takeIfThere() }
        guard let trainer = made else { preconditionFailure("a training has a trainer") }
        trainer.join(Reporter(log: log) { [self] progress in latest.withLock { $0 = progress } }, cancellation)
        let result = Result { try trainer.run() }
        let handed = Handed(trainer: trainer)
        self.trainer.withLock { $0 = handed }
        return try result.get()
    }

    private func takeIfThere() -> sending Trainer? {
        let handed = trainer.withLock { kept in
            defer { kept = nil }
            return kept
        }
        nonisolated(unsafe) let taken = handed?.trainer
        return taken
    }

    /// What the run tells of itself, from its first event on, whenever one begins to read and however many do. Nothing is lost;
    /// the memory that takes is that of the records of epochs and topology updates.
    public var events: TrainingEvents { TrainingEvents(log: log, cancellation: cancellation) }

    /// How far the run is; nil before its first step.
    public var progress: TrainingProgress? { latest.withLock { $0 } }

    /// What the run came to, once it is over.
    /// - Throws: What `Trainer.init` and `Trainer.run` throw. A run that was cancelled before its first step throws
    ///   `TrainingError.interrupted`; one that was cancelled later has a result, with `interrupted` true, and a checkpoint if
    ///   it has a folder.
    public func result() async throws -> TrainingSummary {
        try await withTaskCancellationHandler {
            try await log.summary()
        } onCancel: {
            cancel()
        }
    }

    /// The trainer with the trained network, once the run is over, for the one who asks first; nil for others, and where no
    /// trainer could be made. It is there after a failure too.
    public func takeTrainer() async -> sending Trainer? {
        _ = try? await result()
        return takeIfThere()
    }

    /// Whether the run was asked to stop, by `cancel` or by a cancelled task.
    public var isCancelled: Bool { cancellation.isCancelled }

    /// Asks the run to stop after the current step; it then writes what it has. `result` says when it has ended.
    public func cancel() { cancellation.cancel() }

    /// Passes on what the trainer tells.
    private final class Reporter: TrainingObserver {
        private let log: EventLog
        private let reached: (TrainingProgress) -> Void

        init(log: EventLog, reached: @escaping (TrainingProgress) -> Void) { (self.log, self.reached) = (log, reached) }

        func weightsWereRead(_ report: ImportReport) { log.append(.weightsRead(report)) }
        func runWillBegin(_ plan: TrainingPlan) { log.append(.started(plan)) }
        func stepDidEnd(_ progress: TrainingProgress) { reached(progress) }
        func topologyDidChange(_ record: TopologyRecord) { log.append(.topologyUpdate(record)) }
        func warningWasRaised(_ record: WarningRecord) { log.append(.warning(record)) }
        func epochDidEnd(_ record: EpochRecord) { log.append(.epoch(record)) }
        func batchWasSkipped(_ error: TrainingError) { log.append(.batchSkipped(error)) }
        func checkpointWasWritten(_ path: String, step: Int) { log.append(.checkpoint(path: path, step: step)) }
        func writingFailed(_ error: TrainingError) { log.append(.writingFailed(error)) }
    }
}

/// The events of a `Training`, from the first to `finished`. The loop over them throws what ended a run that failed.
public struct TrainingEvents: AsyncSequence, Sendable {
    let log: EventLog
    let cancellation: Cancellation

    public func makeAsyncIterator() -> Iterator { Iterator(log: log, cancellation: cancellation) }

    /// Gives the events one after the other, and waits for those that have not happened yet.
    public struct Iterator: AsyncIteratorProtocol {
        let log: EventLog
        let cancellation: Cancellation
        private var number = 0

        init(log: EventLog, cancellation: Cancellation) { (self.log, self.cancellation) = (log, cancellation) }

        /// The next event, as soon as there is one; nil after the last. A task that was cancelled ends the run, and is given
        /// what is still told of it.
        public mutating func next() async throws -> TrainingEvent? {
            defer { number += 1 }
            let (log, cancellation, number) = (log, cancellation, number)
            return try await withTaskCancellationHandler {
                try await log.event(number)
            } onCancel: {
                cancellation.cancel()
            }
        }
    }
}
