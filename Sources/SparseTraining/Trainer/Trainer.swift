public import SparseData
public import SparseModels
public import SparsePolicies
public import SparseStore

/// Trains one network as its configuration says.
///
///     var configuration = TrainingConfiguration()
///     configuration.density = 0.05
///     let summary = try Trainer(configuration).run()
///
/// A trainer runs once, on the calling thread and on as many others as the configuration allows. The same configuration
/// gives the same bits whatever the number of threads.
public final class Trainer {
    /// The configuration, with all that it left open filled in.
    public let configuration: TrainingConfiguration
    /// How long the run is.
    public let plan: TrainingPlan
    /// What is trained: ready before the run, and trained after it.
    public let network: Network

    /// What is counted in numbers of samples: "samples", or "tokens".
    public var sampleUnit: String { setup.source.sampleUnit }

    let setup: TrainingSetup
    /// What each step asks of the configuration, where it would be looked up by name.
    private let skipsNotFinite: Bool
    private let clipNorm: Double?
    /// Where the run is.
    var state = RunState()
    var topology: TopologyUpdater
    let test: Evaluator
    let validation: Evaluator?
    /// The current epoch, from 1; 0 before the first.
    private(set) var epoch = 0
    /// Of the current batch, and of the shards of this process of the current update.
    var batchSum = MetricSums()
    var shardSums: [MetricSums]
    let trainingMetrics: [any Metric]
    /// Those that train together, where there are several.
    let processes: Processes?
    /// Where a batch is cut into shards.
    var statistics: ShardStatistics?
    /// What the processes agreed on after the latest batch.
    var agreement = Agreement()
    /// Whether the run has a folder, which may be that of another process.
    let hasFolder: Bool
    /// Since this process began the run or took it up, and since it did so with the current epoch.
    private let stopwatch = Stopwatch()
    private var epochClock = Stopwatch()
    /// Where the run's files are, if anywhere.
    let folder: RunFolder?
    private let resumption: Resumption
    /// Whether the run goes on from a checkpoint, and that as rank 0 has it, where there are several processes.
    private let goesOn: Bool
    private(set) var received: SafetensorsFile?
    /// True when the epochs are over, but were measured under other options.
    var evaluatesAnew = false
    /// What tells these samples from others, for checkpoints.
    lazy var dataFingerprint = DataFingerprint([setup.train, setup.validation, setup.test]).text
    var checkpointClock: CheckpointClock
    private var hasRun = false
    /// Weight updates that this process has done.
    private(set) var stepsHere = 0
    /// Batches in a row that had a number that was not finite, and how many end the run whatever the configuration says.
    private var failures = 0
    private static let mostFailures = 10
    /// Time that observers took, those that write metrics and events among them.
    package private(set) var tellingSeconds = 0.0
    /// Time that `classes.json` and the page took.
    package private(set) var reportSeconds = 0.0
    /// How the network did class by class when it was last measured so.
    var classReport: ClassReport?
    /// True when a cancellation ended the current epoch.
    private var isCutShort = false
    /// Any of them ends the run.
    private var cancellations: [Cancellation]
    private var observers: [any TrainingObserver]
    /// Those of them that write files.
    var writers: [any WritingObserver] { observers.compactMap { $0 as? any WritingObserver } }

    /// Checks the configuration and the run folder, opens the data, and makes the network or restores that of a checkpoint. No
    /// file is touched before `run`.
    /// - Parameters:
    ///   - configuration: What the run is to be.
    ///   - data: In place of what `configuration.data` names, which is then the name of this one. It may be without test
    ///     samples; test accuracy and loss are then nil.
    ///   - model: In place of what `configuration.model` names, which is then the name of this one.
    ///   - method: In place of what `configuration.method` names, which is then the name of this one.
    ///   - loss: Likewise, in place of `configuration.loss`.
    ///   - optimizer: Likewise, in place of `configuration.optimizer`.
    ///   - metrics: What is measured beside the loss; what is usual for the targets without them.
    ///   - observers: Are told how the run goes.
    ///   - cancellation: Can stop it; so can that of the task that calls `run`.
    ///   - folder: In place of the one that `configuration.out` names.
    ///   - resumption: What to do with the run that the folder may hold.
    ///   - communicator: Reaches the processes that train together with this one: each makes a trainer of the same configuration and
    ///     runs it. The folder is that of rank 0; the others have none.
    /// - Throws: `ConfigurationError`, `DataError`, or `TrainingError` when another run uses the folder or its checkpoint
    ///   cannot be read.
    public init(
        _ configuration: TrainingConfiguration, data: DataSource? = nil, model: Model? = nil, method: Method? = nil,
        loss: (any Loss)? = nil, optimizer: (any Optimizer)? = nil, metrics: MetricList? = nil,
        observers: [any TrainingObserver] = [], cancellation: Cancellation = Cancellation(),
        folder: RunFolder? = nil, resumption: Resumption = .none, communicator: (any Communicator)? = nil
    ) throws {
        let found = Subnormals.flush()
        defer { Subnormals.restore(found) }
        var configuration = configuration
        if let model { configuration.model = model.name }
        let own = OwnParts(
            data: data, model: model, method: method, loss: loss, optimizer: optimizer, metrics: metrics)
        try configuration.validate(without: own.options)
        _ = try configuration.shardSize(processes: communicator?.count ?? 1)
        let processes = Processes(communicator, shards: configuration.shards)
        self.processes = processes
        let isFirst = processes?.isFirst ?? true
        self.folder = isFirst ? folder ?? configuration.out.map { RunFolder(path: $0) } : nil
        self.resumption = resumption
        if isFirst { try Self.check(resumption, self.folder) }
        let mayGoOn = try self.folder?.claim(resumption) ?? false
        goesOn = processes?.ofFirst(mayGoOn) ?? mayGoOn
        hasFolder = processes?.ofFirst(self.folder != nil) ?? (self.folder != nil)
        received = goesOn ? try processes?.checkpoint(of: self.folder) : nil
        setup = try TrainingSetup(
            configuration, own: own, observers: observers,
            checkpoint: goesOn && configuration.startFile != nil ? received ?? Self.checkpoint(of: self.folder) : nil,
            communicator: processes?.communicator)
        configuration = setup.configuration
        // What is written of the run names what it was made of.
        if let data { configuration.data = data.name }
        if let method { configuration.method = method.name }
        if let loss { configuration.loss = loss.name }
        if let optimizer { configuration.optimizer = optimizer.name }
        self.configuration = configuration
        skipsNotFinite = configuration.onNonFinite == .skip
        // With a norm to be clipped all gradients are looked at before a weight moves.
        clipNorm = configuration.clipNorm ?? (skipsNotFinite ? .infinity : nil)
        trainingMetrics = setup.metrics.forTraining
        cancellations = [cancellation]
        plan = setup.plan
        // A run that goes on finds its connections in the checkpoint.
        let pruned = goesOn ? nil : try setup.pruned()
        if let pruned { state.flops.addPruning(pruned.operations) }
        network = try setup.makeNetwork(pruned: pruned)
        network.reducer = processes?.gradients
        shardSums = setup.shards.own.map { _ in MetricSums() }
        network.gradientSums = setup.shards.sums
        statistics = setup.shards.count > 1 ? ShardStatistics(network, sums: setup.shards.sums) : nil
        self.observers = observers
        if let folder = self.folder {
            let events = EventFile(folder, histogramsOf: configuration.histograms ? network : nil)
            self.observers += [folder, events]
        }
        topology = try TopologyUpdater(
            setup, network: network, seed: configuration.seed, processes: processes)
        test = Evaluator(setup.test, like: setup.loader, shape: setup.shape, halos: network.model.inputHalos)
        validation =
            setup.validation.count > 0
            ? Evaluator(setup.validation, like: setup.loader, shape: setup.shape, halos: network.model.inputHalos) : nil
        checkpointClock = CheckpointClock(configuration, step: 0)
        try checkCursors()
        try compareProcesses()
        if goesOn {
            try resume(resumption)
            epoch = state.epochs
            received = nil
        }
        try compareWeights()
        checkpointClock = CheckpointClock(configuration, step: state.step)
    }

    /// Before the run: somebody else who is told how it goes, and who may end it.
    func join(_ observer: any TrainingObserver, _ cancellation: Cancellation) {
        observers.append(observer)
        cancellations.append(cancellation)
    }

    /// A task that was cancelled trains no further either, if it called `run` itself.
    var isCancelled: Bool { processes == nil ? isCancelledHere : agreement.isCancelled }

    /// The same, before other processes know of it.
    var isCancelledHere: Bool {
        for cancellation in cancellations where cancellation.isCancelled { return true }
        return Task.isCancelled
    }

    /// Trains to the end, or until cancelled, and returns what came of it. The thread is busy until then: `Training` is for
    /// callers that cannot wait, such as asynchronous functions.
    /// - Throws: `TrainingError` when a number stops being finite, a file cannot be written, or a cancellation came before
    ///   anything was trained; what an observer throws.
    public func run() throws -> TrainingSummary {
        let found = Subnormals.flush()
        defer { Subnormals.restore(found) }
        precondition(!hasRun, "a trainer runs once")
        hasRun = true
        defer { folder?.release() }
        if state.batches == 0 && isCancelled { throw TrainingError.interrupted }
        let measured = try evaluatesAnew ? state.lastEpoch.map(evaluatedAnew) : nil
        try openFiles()
        try tell { try $0.runWillBegin(plan) }
        if !goesOn {
            for warning in setup.warnings(hasFolder: folder != nil) { try warn(warning) }
            try warnOfLostPaths()
        }
        if let measured {
            state.lastEpoch = measured
            try tell { try $0.epochDidEnd(measured) }
            try saveCheckpoint(after: measured)
        }
        let feeder = BatchFeeder(
            setup.train, loader: setup.loader, groups: setup.groups, shards: setup.shards, shape: setup.shape,
            halos: network.model.inputHalos,
            seed: configuration.seed,
            from: state.batches, ahead: setup.workers.parts > 1)
        defer { feeder.stop() }
        while state.lastEpoch == nil || (!isOver && !isCancelled) {
            let record = try runEpoch(feeder)
            state.lastEpoch = record
            try tell { try $0.epochDidEnd(record) }
            try endEpoch(record)
        }
        guard let last = state.lastEpoch else { preconditionFailure("a run has an epoch") }
        if isOver { try warnOfResult(last) }
        let summary = try withBest(summary(last))
        try tell { try $0.runDidEnd(summary) }
        let stopwatch = Stopwatch()
        try writeResults(summary)
        reportSeconds = stopwatch.seconds
        return summary
    }

    /// Opens the files of the run, and says what it is about to begin with.
    private func openFiles() throws {
        try folder?.begin(configuration, goesOn: goesOn, resumption: resumption)
        for writer in writers { try writer.begin(at: state.cursors[writer.cursorName]) }
        try tell { try $0.dataWasOpened(setup.source) }
        if let report = setup.importReport { try tell { try $0.weightsWereRead(report) } }
    }

    /// Does what `body` does with the files of the run open, in place of training.
    func runWithoutSteps(_ body: () throws -> TrainingSummary) throws -> TrainingSummary {
        let found = Subnormals.flush()
        defer { Subnormals.restore(found) }
        precondition(!hasRun, "a trainer runs once")
        hasRun = true
        defer { folder?.release() }
        try openFiles()
        return try body()
    }

    /// One pass over the training data, and its evaluation.
    private func runEpoch(_ feeder: BatchFeeder) throws -> EpochRecord {
        epoch = state.epochs + 1
        epochClock = Stopwatch()
        let done = state.batches - state.epochs * plan.batchesPerEpoch
        // A run that has a folder has at least one step to show for it.
        for _ in done..<plan.batchesPerEpoch
        where state.step < plan.steps && (state.batches == 0 || !isCancelled) {
            try changeConnections()
            let before = state.step
            let sum = try trainOrRecover(on: feeder.next())
            state.epochSum += sum
            if state.step > before { try tellProgress() }
            if checkpointClock.isDue(step: state.step, isTime: isTimeForCheckpoint) { try saveCheckpoint() }
        }
        isCutShort = isCancelled
        if isCutShort { try saveCheckpoint() }
        var record = try record(state.epochSum, seconds: epochSeconds)
        record.isCutShort = isCutShort
        return record
    }

    /// The epoch is over: unless a cancellation cut it short, the next batch belongs to another.
    private func endEpoch(_ record: EpochRecord) throws {
        state.times.training += epochSeconds
        state.trainingSamples += state.epochSum.samples
        if isCutShort { return }
        state.epochs += 1
        state.epochSum = MetricSums()
        state.times.epoch = 0
        epochClock = Stopwatch()
        let isBest = configuration.result == .best && state.bestEpoch == state.epochs
        if isOver || isBest || isCancelled || checkpointClock.isDue(epoch: state.epochs) {
            try saveCheckpoint(after: record)
        }
    }

    /// Wall time of the run, and training time of the current epoch.
    var seconds: Double { state.times.run + stopwatch.seconds }
    var epochSeconds: Double { state.times.epoch + epochClock.seconds }

    /// Uses the batches of one update; when a number is not finite, does what the configuration says.
    private func trainOrRecover(on batches: BatchFeeder.Update) throws -> MetricSums {
        let number = state.batches
        let before = skipsNotFinite ? Undo(network) : nil
        do {
            let sum = try train(on: batches)
            failures = 0
            return sum
        } catch {
            guard let failure = notFinite(error) else { throw error }
            failures += 1
            let checkpoint = checkpoints?.latestPath
            let stop = TrainingError.notFinite(what: failure, step: state.step, checkpoint: checkpoint)
            guard failures <= Self.mostFailures else { throw stop }
            if let before {
                before.apply(to: network)
            } else if configuration.onNonFinite == .rollback,
                processes?.ofFirst(checkpoint != nil) ?? (checkpoint != nil)
            {
                try rollBack()
            } else {
                throw stop
            }
            // The batch counts as used: the run goes on with the next one.
            state.batches = number + 1
            try tell { try $0.batchWasSkipped(stop) }
            return MetricSums()
        }
    }

    /// Uses the batches of an update, one unless there are `--micro-batches`: for a weight update, for a topology update, or for both,
    /// as the method wants it.
    private func train(on update: BatchFeeder.Update) throws -> MetricSums {
        let use = topology.plan(state)
        let sum = try setup.shards.isWhole ? passWhole(update) : passShards(update, use)
        state.batches += 1
        state.flops.addBatch(
            shapes: setup.layerShapes, stored: topology.stored, forward: topology.forward,
            others: network.model.otherForwardFLOPs, trains: use.trainsWeights)
        if use.trainsWeights { try updateWeights() }
        if use.updatesTopology {
            state.flops.addDenseGradients(shapes: setup.layerShapes, batches: topology.batchesLookedAt)
            try topology.decide(
                step: state.step, epoch: epoch, learningRate: setup.schedule.rate(step: max(state.step - 1, 0)))
            state.lastTopologyStep = state.step
            state.times.topology += topology.decided?.seconds ?? 0
        }
        // After the update, which has seen this batch already: a later one may look back on it.
        if use.keepsGradients { topology.keepGradients() }
        return sum
    }

    /// Carries the one batch of an update forward, and its gradient back.
    private func passWhole(_ update: BatchFeeder.Update) throws -> MetricSums {
        batchSum.reset()
        for batch in update.batches {
            network.backward(
                batch.inputs, targets: batch.targets, samples: batch.count, loss: setup.loss, metrics: trainingMetrics,
                step: state.batches, into: &batchSum)
        }
        return try finite(batchSum)
    }

    /// Makes the topology update that was decided on after the batch before, if one was.
    private func changeConnections() throws {
        let deciding = topology.decided?.seconds ?? 0
        guard let record = try topology.makeDecidedUpdate() else { return }
        state.topologyUpdates += 1
        state.times.topology += record.seconds - deciding
        try processes?.compare(topology.hash, of: "connections after step \(state.step)")
        try tell { try $0.topologyDidChange(record) }
        try warnOfLostPaths()
    }

    private func updateWeights() throws {
        do throws(NonFiniteGradient) {
            try network.update(
                setup.optimizer, learningRate: Float(setup.schedule.rate(step: state.step)),
                settings: UpdateSettings(clipNorm: clipNorm, decaysVectors: configuration.decaysVectors))
        } catch {
            throw TrainingError.notFinite(what: "the gradient of " + error.parameter, step: state.step)
        }
        state.step += 1
        stepsHere += 1
    }

    /// Passes on what a batch gave, unless a number of it is not finite.
    func finite(_ sum: MetricSums) throws -> MetricSums {
        guard sum.loss.isFinite else { throw TrainingError.notFinite(what: network.firstNotFinite, step: state.step) }
        return sum
    }

    func tell(_ news: (any TrainingObserver) throws -> Void) throws {
        let stopwatch = Stopwatch()
        defer { tellingSeconds += stopwatch.seconds }
        for observer in observers {
            do { try news(observer) } catch let error as TrainingError { try goOn(after: error) }
        }
    }

    /// Says that a file could not be written, if the run is to go on all the same.
    /// - Throws: `error`, if it is not.
    func goOn(after error: TrainingError) throws {
        guard case .cannotWrite = error, configuration.onWriteFailure == .warn else { throw error }
        for observer in observers { try observer.writingFailed(error) }
    }

    /// The metric that "best" means, of the current epoch so far.
    private var progressMetric: Scores.Value {
        let metric = trainingMetrics[0]
        return Scores.Value(
            name: metric.name,
            value: metric.value(
                state.epochSum.sums[...], samples: state.epochSum.samples, meanLoss: state.epochSum.meanLoss))
    }

    private func tellProgress() throws {
        let progress = TrainingProgress(
            step: state.step, steps: plan.steps, epoch: epoch, epochs: plan.epochs, loss: state.epochSum.meanLoss,
            metric: progressMetric, samplesPerSecond: Double(state.epochSum.samples) / epochSeconds, seconds: seconds)
        try tell { try $0.stepDidEnd(progress) }
    }
}
