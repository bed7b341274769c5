public import SparseData
public import SparseModels
internal import SparsePolicies
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
    public let configuration: TrainingConfiguration
    /// How long the run is.
    public let plan: TrainingPlan
    /// What is trained: ready before the run, and trained after it.
    public let network: Network

    let setup: TrainingSetup
    let stopwatch = Stopwatch()
    var topology: TopologyUpdater
    var flops = FlopsMeter()
    let test: Evaluator
    let validation: Evaluator?
    /// Weight updates done.
    var step = 0
    var epoch = 0
    var trainingSeconds = 0.0
    var trainingSamples = 0
    var bestValidationAccuracy: Double?
    /// Batches used, those of topology updates included.
    private var batches = 0
    private let cancellation: Cancellation
    private var observers: [any TrainingObserver]

    /// Checks the configuration, opens the data and makes the network; then, when `configuration.out` names one, the
    /// run folder.
    /// - Parameters:
    ///   - data: In place of what `configuration.data` names.
    ///   - observers: Are told how the run goes.
    ///   - cancellation: Can stop it.
    /// - Throws: `ConfigurationError`, `DataError`, or `TrainingError` when the run folder cannot be written.
    public init(
        _ configuration: TrainingConfiguration, data: DataSource? = nil, observers: [any TrainingObserver] = [],
        cancellation: Cancellation = Cancellation()
    ) throws {
        setup = try TrainingSetup(configuration, data: data)
        self.configuration = configuration
        self.cancellation = cancellation
        self.observers = observers
        plan = setup.plan
        network = setup.network
        topology = TopologyUpdater(setup, seed: configuration.seed)
        test = Evaluator(setup.test, like: setup.loader, shape: setup.shape)
        validation =
            setup.validation.count > 0
            ? Evaluator(setup.validation, like: setup.loader, shape: setup.shape) : nil
        if let out = configuration.out { self.observers.append(try RunFolder(path: out, configuration: configuration)) }
    }

    /// Trains to the end, or until cancelled, and returns what came of it.
    /// - Throws: `TrainingError` when a number stops being finite or a file cannot be written; what an observer throws.
    public func run() throws -> TrainingSummary {
        precondition(epoch == 0, "a trainer runs once")
        try tell { try $0.runWillBegin(plan) }
        let feeder = BatchFeeder(
            setup.train, loader: setup.loader, shape: setup.shape, seed: configuration.seed,
            ahead: setup.workers.threads > 1)
        defer { feeder.stop() }
        var last: EpochRecord
        repeat {
            last = try runEpoch(feeder)
            try tell { try $0.epochDidEnd(last) }
        } while step < plan.steps && !cancellation.isCancelled
        let summary = summary(last)
        try tell { try $0.runDidEnd(summary) }
        return summary
    }

    /// One pass over the training data, and its evaluation.
    private func runEpoch(_ feeder: BatchFeeder) throws -> EpochRecord {
        epoch += 1
        let clock = Stopwatch()
        var sum = LossSum()
        for _ in 0..<plan.batchesPerEpoch where step < plan.steps && !cancellation.isCancelled {
            let before = step
            sum += try train(on: feeder.next())
            if step > before { try tellProgress(sum, clock) }
        }
        let seconds = clock.seconds
        trainingSeconds += seconds
        trainingSamples += sum.samples
        return try record(sum, seconds: seconds)
    }

    /// Uses one batch: for a weight update, for a topology update, or for both, as the method wants it.
    private func train(on batch: Batch) throws -> LossSum {
        let use = topology.plan(after: step)
        let sum = try finite(
            network.backward(
                batch.input, labels: batch.labels, samples: batch.count, loss: setup.loss, step: batches))
        batches += 1
        flops.addBatch(shapes: setup.layerShapes, stored: topology.stored, denseGradient: use.keepsGradients)
        if use.trainsWeights { try updateWeights() }
        if use.updatesTopology {
            let record = try topology.update(
                step: step, epoch: epoch, learningRate: setup.schedule.rate(step: max(step - 1, 0)))
            try tell { try $0.topologyDidChange(record) }
        }
        // After the update, which has seen this batch already: a later one may look back on it.
        if use.keepsGradients { topology.keepGradients() }
        return sum
    }

    private func updateWeights() throws {
        do throws(NonFiniteGradient) {
            try network.update(
                setup.optimizer, learningRate: Float(setup.schedule.rate(step: step)),
                settings: UpdateSettings(clipNorm: configuration.clipNorm))
        } catch {
            throw TrainingError.notFinite(what: "the gradient of " + error.parameter, step: step)
        }
        step += 1
    }

    /// Passes on what a batch gave, unless a number of it is not finite.
    func finite(_ sum: LossSum) throws -> LossSum {
        guard sum.loss.isFinite else { throw TrainingError.notFinite(what: network.firstNotFinite, step: step) }
        return sum
    }

    private func tell(_ news: (any TrainingObserver) throws -> Void) throws {
        for observer in observers { try news(observer) }
    }

    private func tellProgress(_ sum: LossSum, _ clock: Stopwatch) throws {
        let progress = TrainingProgress(
            step: step, steps: plan.steps, epoch: epoch, epochs: plan.epochs, loss: sum.meanLoss,
            accuracy: sum.accuracy, samplesPerSecond: Double(sum.samples) / clock.seconds, seconds: stopwatch.seconds)
        try tell { try $0.stepDidEnd(progress) }
    }
}
