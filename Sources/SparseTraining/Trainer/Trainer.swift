public import SparseData
public import SparseModels
public import SparsePolicies
internal import SparseStore

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

    let setup: TrainingSetup
    private let stopwatch = Stopwatch()
    var topology: TopologyUpdater
    var flops = FlopsMeter()
    let test: Evaluator
    let validation: Evaluator?
    /// Weight updates done.
    var step = 0
    /// The current epoch, from 1, and those that are over.
    var epoch = 0
    var epochsDone = 0
    /// Of the current epoch, and of the current batch.
    var epochSum = MetricSums()
    private var batchSum = MetricSums()
    private let trainingMetrics: [any Metric]
    /// Record of the last epoch that is over.
    var lastEpoch: EpochRecord?
    /// Wall time before this process took the run up, and training time of the current epoch's part before that.
    var secondsBefore = 0.0
    var epochSecondsBefore = 0.0
    /// Since the current epoch was begun or taken up.
    var epochClock = Stopwatch()
    var trainingSeconds = 0.0
    var trainingSamples = 0
    /// Of the epochs that ended with the density asked for.
    var bestValidation: Double?
    /// What was warned of, in the order of the warnings.
    var warnings: [String] = []
    /// Batches used, those of topology updates included.
    var batches = 0
    var bestOfCheckpoints: Double?
    /// Where the run's files are, if anywhere.
    let folder: RunFolder?
    private let resumption: Resumption
    /// Lines of the metrics that were written before this run goes on; nil for a run that begins.
    private var keptLines: Int?
    /// True when the epochs are over, but were measured under other options.
    var evaluatesAnew = false
    /// What tells these samples from others, for checkpoints.
    lazy var dataFingerprint = DataFingerprint([setup.train, setup.validation, setup.test]).text
    var checkpointClock: CheckpointClock
    private var hasRun = false
    /// Batches in a row that had a number that was not finite, and how many end the run whatever the configuration says.
    private var failures = 0
    private static let mostFailures = 10
    /// True when a cancellation ended the current epoch.
    private var isCutShort = false
    private let cancellation: Cancellation
    private var observers: [any TrainingObserver]

    /// Checks the configuration and the run folder, opens the data, and makes the network or restores that of a checkpoint. No
    /// file is touched before `run`.
    /// - Parameters:
    ///   - data: In place of what `configuration.data` names, which is then the name of this one. It may be without test
    ///     samples; test accuracy and loss are then nil.
    ///   - model: In place of what `configuration.model` names, which is then the name of this one.
    ///   - method: In place of what `configuration.algorithm` names, which is then the name of this one.
    ///   - loss: Likewise, in place of `configuration.loss`.
    ///   - optimizer: Likewise, in place of `configuration.optimizer`.
    ///   - metrics: What is measured beside the loss; what is usual for the targets without them.
    ///   - observers: Are told how the run goes.
    ///   - cancellation: Can stop it.
    ///   - folder: In place of the one that `configuration.out` names.
    ///   - resumption: What to do with the run that the folder may hold.
    /// - Throws: `ConfigurationError`, `DataError`, or `TrainingError` when another run uses the folder or its checkpoint
    ///   cannot be read.
    public init(
        _ configuration: TrainingConfiguration, data: DataSource? = nil, model: Model? = nil, method: Method? = nil,
        loss: (any Loss)? = nil, optimizer: (any Optimizer)? = nil, metrics: MetricList? = nil,
        observers: [any TrainingObserver] = [], cancellation: Cancellation = Cancellation(),
        folder: RunFolder? = nil, resumption: Resumption = .none
    ) throws {
        let found = Subnormals.flush()
        defer { Subnormals.restore(found) }
        var configuration = configuration
        if let model { configuration.model = model.name }
        let own = OwnParts(
            data: data, model: model, method: method, loss: loss, optimizer: optimizer, metrics: metrics)
        try configuration.validate(without: own.options)
        self.folder = folder ?? configuration.out.map { RunFolder(path: $0) }
        self.resumption = resumption
        try Self.check(resumption, self.folder)
        let goesOn = try self.folder?.claim(resumption) ?? false
        setup = try TrainingSetup(configuration, own: own, observers: observers)
        configuration = setup.configuration
        // What is written of the run names what it was made of.
        if let data { configuration.data = data.name }
        if let method { configuration.algorithm = method.name }
        if let loss { configuration.loss = loss.name }
        if let optimizer { configuration.optimizer = optimizer.name }
        self.configuration = configuration
        trainingMetrics = setup.metrics.forTraining
        self.cancellation = cancellation
        self.observers = observers
        plan = setup.plan
        network = try setup.makeNetwork()
        topology = try TopologyUpdater(setup, network: network, seed: configuration.seed)
        test = Evaluator(setup.test, like: setup.loader, shape: setup.shape, halos: network.model.inputHalos)
        validation =
            setup.validation.count > 0
            ? Evaluator(setup.validation, like: setup.loader, shape: setup.shape, halos: network.model.inputHalos) : nil
        checkpointClock = CheckpointClock(configuration, step: 0)
        if goesOn { keptLines = try resume(resumption) }
        checkpointClock = CheckpointClock(configuration, step: step)
    }

    /// Trains to the end, or until cancelled, and returns what came of it.
    /// - Throws: `TrainingError` when a number stops being finite, a file cannot be written, or a cancellation came before
    ///   anything was trained; what an observer throws.
    public func run() throws -> TrainingSummary {
        let found = Subnormals.flush()
        defer { Subnormals.restore(found) }
        precondition(!hasRun, "a trainer runs once")
        hasRun = true
        defer { folder?.release() }
        if batches == 0 && cancellation.isCancelled { throw TrainingError.interrupted }
        let measured = try evaluatesAnew ? lastEpoch.map(evaluatedAnew) : nil
        if let folder {
            try folder.begin(configuration, keeping: keptLines, resumption: resumption)
            observers.append(folder)
        }
        try tell { try $0.dataWasOpened(setup.source) }
        try tell { try $0.runWillBegin(plan) }
        if batches == 0 && folder?.lines ?? 0 == 0 {
            for warning in setup.warnings(hasFolder: folder != nil) { try warn(warning) }
            try warnOfLostPaths()
        }
        if let measured {
            lastEpoch = measured
            try tell { try $0.epochDidEnd(measured) }
            try saveCheckpoint(after: measured)
        }
        let feeder = BatchFeeder(
            setup.train, loader: setup.loader, shape: setup.shape, halos: network.model.inputHalos,
            seed: configuration.seed,
            from: batches, ahead: setup.workers.threads > 1)
        defer { feeder.stop() }
        while lastEpoch == nil || (step < plan.steps && !cancellation.isCancelled) {
            let record = try runEpoch(feeder)
            lastEpoch = record
            try tell { try $0.epochDidEnd(record) }
            try endEpoch(record)
        }
        guard let last = lastEpoch else { preconditionFailure("a run has an epoch") }
        if step == plan.steps { try warnOfResult(last) }
        let summary = summary(last)
        try tell { try $0.runDidEnd(summary) }
        return summary
    }

    /// One pass over the training data, and its evaluation.
    private func runEpoch(_ feeder: BatchFeeder) throws -> EpochRecord {
        epoch = epochsDone + 1
        epochClock = Stopwatch()
        let done = batches - epochsDone * plan.batchesPerEpoch
        // A run that has a folder has at least one step to show for it.
        for _ in done..<plan.batchesPerEpoch where step < plan.steps && (batches == 0 || !cancellation.isCancelled) {
            try changeConnections()
            let before = step
            epochSum += try trainOrRecover(on: feeder.next())
            if step > before { try tellProgress() }
            if checkpointClock.isDue(step: step) { try saveCheckpoint() }
        }
        isCutShort = cancellation.isCancelled
        if isCutShort { try saveCheckpoint() }
        return try record(epochSum, seconds: epochSeconds)
    }

    /// The epoch is over: unless a cancellation cut it short, the next batch belongs to another.
    private func endEpoch(_ record: EpochRecord) throws {
        trainingSeconds += epochSeconds
        trainingSamples += epochSum.samples
        if isCutShort { return }
        epochsDone += 1
        epochSum = MetricSums()
        epochSecondsBefore = 0
        epochClock = Stopwatch()
        if step == plan.steps || cancellation.isCancelled || checkpointClock.isDue(epoch: epochsDone) {
            try saveCheckpoint(after: record)
        }
    }

    /// Wall time of the run, and training time of the current epoch.
    var seconds: Double { secondsBefore + stopwatch.seconds }
    var epochSeconds: Double { epochSecondsBefore + epochClock.seconds }

    /// Uses one batch; when a number is not finite, does what the configuration says.
    private func trainOrRecover(on batch: Batch) throws -> MetricSums {
        let number = batches
        let before = configuration.onNonFinite == "skip" ? Undo(network) : nil
        do {
            let sum = try train(on: batch)
            failures = 0
            return sum
        } catch {
            guard let failure = notFinite(error) else { throw error }
            failures += 1
            let checkpoint = checkpoints?.latestPath
            let stop = TrainingError.notFinite(what: failure, step: step, checkpoint: checkpoint)
            guard failures <= Self.mostFailures else { throw stop }
            if let before {
                before.apply(to: network)
            } else if configuration.onNonFinite == "rollback", checkpoint != nil {
                try rollBack()
            } else {
                throw stop
            }
            // The batch counts as used: the run goes on with the next one.
            batches = number + 1
            try tell { try $0.batchWasSkipped(stop) }
            return MetricSums()
        }
    }

    /// Uses one batch: for a weight update, for a topology update, or for both, as the method wants it.
    private func train(on batch: Batch) throws -> MetricSums {
        let use = topology.plan(after: step)
        batchSum.reset()
        network.backward(
            batch.inputs, targets: batch.targets, samples: batch.count, loss: setup.loss, metrics: trainingMetrics,
            step: batches, into: &batchSum)
        let sum = try finite(batchSum)
        batches += 1
        flops.addBatch(
            shapes: setup.layerShapes, stored: topology.stored, forward: topology.forward,
            trains: use.trainsWeights)
        if use.trainsWeights { try updateWeights() }
        if use.updatesTopology {
            flops.addDenseGradients(shapes: setup.layerShapes, batches: topology.batchesLookedAt)
            try topology.decide(step: step, epoch: epoch, learningRate: setup.schedule.rate(step: max(step - 1, 0)))
        }
        // After the update, which has seen this batch already: a later one may look back on it.
        if use.keepsGradients { topology.keepGradients() }
        return sum
    }

    /// Makes the topology update that was decided on after the batch before, if one was.
    private func changeConnections() throws {
        guard let record = try topology.makeDecidedUpdate() else { return }
        try tell { try $0.topologyDidChange(record) }
        try warnOfLostPaths()
    }

    private func updateWeights() throws {
        do throws(NonFiniteGradient) {
            try network.update(
                setup.optimizer, learningRate: Float(setup.schedule.rate(step: step)),
                settings: UpdateSettings(
                    // With a norm to be clipped all gradients are looked at before a weight moves.
                    clipNorm: configuration.clipNorm ?? (configuration.onNonFinite == "skip" ? .infinity : nil)))
        } catch {
            throw TrainingError.notFinite(what: "the gradient of " + error.parameter, step: step)
        }
        step += 1
    }

    /// Passes on what a batch gave, unless a number of it is not finite.
    func finite(_ sum: MetricSums) throws -> MetricSums {
        guard sum.loss.isFinite else { throw TrainingError.notFinite(what: network.firstNotFinite, step: step) }
        return sum
    }

    func tell(_ news: (any TrainingObserver) throws -> Void) throws {
        for observer in observers {
            do { try news(observer) } catch let error as TrainingError { try goOn(after: error) }
        }
    }

    /// Says that a file could not be written, if the run is to go on all the same.
    /// - Throws: `error`, if it is not.
    func goOn(after error: TrainingError) throws {
        guard case .cannotWrite = error, configuration.onWriteFailure == "warn" else { throw error }
        for observer in observers { try observer.writingFailed(error) }
    }

    /// The metric that "best" means, of the current epoch so far.
    private var progressMetric: Scores.Value {
        let metric = trainingMetrics[0]
        return Scores.Value(
            name: metric.name,
            value: metric.value(epochSum.sums[...], samples: epochSum.samples, meanLoss: epochSum.meanLoss))
    }

    private func tellProgress() throws {
        let progress = TrainingProgress(
            step: step, steps: plan.steps, epoch: epoch, epochs: plan.epochs, loss: epochSum.meanLoss,
            metric: progressMetric,
            samplesPerSecond: Double(epochSum.samples) / epochSeconds, seconds: seconds)
        try tell { try $0.stepDidEnd(progress) }
    }
}
