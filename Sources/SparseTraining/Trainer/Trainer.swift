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
    /// What is trained; ready before the run, and trained after it.
    public let network: Network

    private let setup: TrainingSetup
    private let cancellation: Cancellation
    private var observers: [any TrainingObserver]
    private let shape: SampleShape
    private let stopwatch = Stopwatch()
    private var topology: TopologyUpdater
    private var flops = FlopsMeter()
    private let layerShapes: [LayerShape]
    private var test: Evaluator
    private var validation: Evaluator?
    /// Weight updates done.
    private var step = 0
    /// Batches used, those of topology updates included.
    private var batches = 0
    private var epoch = 0
    private var trainingSeconds = 0.0
    private var trainingSamples = 0
    private var bestValidationAccuracy: Double?

    /// Checks the configuration, opens the data and makes the network. Writes nothing but the run folder, last, when
    /// `configuration.out` names one.
    /// - Parameters:
    ///   - data: In place of what `configuration.data` names.
    ///   - observers: Are told how the run goes.
    ///   - cancellation: Can stop it.
    /// - Throws: `ConfigurationError`, `DataError`, or `TrainingError` when the run folder cannot be written.
    public init(
        _ configuration: TrainingConfiguration, data: DataSource? = nil, observers: [any TrainingObserver] = [],
        cancellation: Cancellation = Cancellation()
    ) throws {
        let setup = try TrainingSetup(configuration, data: data)
        self.configuration = configuration
        self.setup = setup
        self.cancellation = cancellation
        self.observers = observers
        plan = setup.plan
        network = setup.network
        let input = setup.network.model.input
        shape = SampleShape(channels: input.channels, rows: input.rows, columns: input.columns)
        topology = TopologyUpdater(setup, seed: configuration.seed)
        layerShapes = setup.budgets.map(\.shape)
        test = Evaluator(setup.test, like: setup.loader, shape: shape)
        if setup.validation.count > 0 { validation = Evaluator(setup.validation, like: setup.loader, shape: shape) }
        if let out = configuration.out { self.observers.append(try RunFolder(path: out, configuration: configuration)) }
    }

    /// Trains to the end, or until cancelled, and returns what came of it.
    /// - Throws: `TrainingError` when a number stops being finite or a file cannot be written; what an observer throws.
    public func run() throws -> TrainingSummary {
        precondition(epoch == 0, "a trainer runs once")
        for observer in observers { try observer.runWillBegin(plan) }
        let feeder = BatchFeeder(
            setup.train, loader: setup.loader, shape: shape, seed: configuration.seed, ahead: setup.workers.threads > 1)
        defer { feeder.stop() }
        var last: EpochRecord
        repeat {
            last = try runEpoch(feeder)
            for observer in observers { try observer.epochDidEnd(last) }
        } while step < plan.steps && !cancellation.isCancelled
        let summary = summary(last)
        for observer in observers { try observer.runDidEnd(summary) }
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
            if step > before { try report(sum, clock) }
        }
        let seconds = clock.seconds
        trainingSeconds += seconds
        trainingSamples += sum.samples
        return record(sum, seconds: seconds)
    }

    /// Uses one batch: for a weight update, for a topology update, or for both, as the method wants it.
    private func train(on batch: Batch) throws -> LossSum {
        let use = topology.plan(after: step)
        let sum = network.backward(
            batch.input, labels: batch.labels, samples: batch.count, loss: setup.loss, step: batches)
        guard sum.loss.isFinite else { throw notFinite(network.firstLayerNotFinite) }
        batches += 1
        flops.addBatch(shapes: layerShapes, stored: topology.stored, denseGradient: use.keepsGradients)
        if use.trainsWeights { try updateWeights() }
        if use.updatesTopology {
            let record = try topology.update(step: step, epoch: epoch)
            for observer in observers { try observer.topologyDidChange(record) }
        } else if use.keepsGradients {
            topology.keepGradients()
        }
        return sum
    }

    private func updateWeights() throws {
        do throws(NonFiniteGradient) {
            try network.update(
                setup.optimizer, learningRate: Float(setup.schedule.rate(step: step)),
                settings: UpdateSettings(clipNorm: configuration.clipNorm))
        } catch {
            throw notFinite("the gradient of " + error.parameter)
        }
        step += 1
    }

    private func notFinite(_ what: String) -> TrainingError { .notFinite(what: what, step: step) }

    private func report(_ sum: LossSum, _ clock: Stopwatch) throws {
        let progress = TrainingProgress(
            step: step, steps: plan.steps, epoch: epoch, epochs: plan.epochs, loss: sum.meanLoss,
            accuracy: sum.accuracy, samplesPerSecond: Double(sum.samples) / clock.seconds, seconds: stopwatch.seconds)
        for observer in observers { try observer.stepDidEnd(progress) }
    }
}

// MARK: Records

extension Trainer {
    private func record(_ sum: LossSum, seconds: Double) -> EpochRecord {
        let tested = test.evaluate(network, loss: setup.loss)
        let validated = validation?.evaluate(network, loss: setup.loss)
        if let accuracy = validated?.accuracy { bestValidationAccuracy = max(bestValidationAccuracy ?? 0, accuracy) }
        return EpochRecord(
            epoch: epoch, step: step, learningRate: setup.schedule.rate(step: max(step - 1, 0)),
            trainLoss: sum.meanLoss, trainAccuracy: sum.accuracy, validationLoss: validated?.meanLoss,
            validationAccuracy: validated?.accuracy, testLoss: tested.meanLoss, testAccuracy: tested.accuracy,
            testTop5: tested.top5Accuracy, nonzeros: topology.nonzeros,
            density: Double(topology.nonzeros) / Double(positions), trainFLOPsRatio: flops.ratio,
            seconds: stopwatch.seconds, samplesPerSecond: Double(sum.samples) / seconds)
    }

    private func summary(_ last: EpochRecord) -> TrainingSummary {
        let nonzeros = topology.nonzeros
        return TrainingSummary(
            algorithm: configuration.algorithm, model: configuration.model, data: configuration.data,
            seed: configuration.seed, threads: setup.workers.threads, epochs: epoch, steps: step,
            batchSize: configuration.batchSize, density: Double(nonzeros) / Double(positions), nonzeros: nonzeros,
            parameters: nonzeros + vectors, denseParameters: positions + vectors,
            testAccuracy: last.testAccuracy, testTop5: last.testTop5, testLoss: last.testLoss,
            trainLoss: last.trainLoss, bestValidationAccuracy: bestValidationAccuracy, seconds: stopwatch.seconds,
            samplesPerSecond: Double(trainingSamples) / trainingSeconds, peakRSSBytes: PeakMemory.bytes,
            topologyUpdates: topology.updates, topologySeconds: topology.seconds,
            exploredFraction: topology.exploredFraction, trainFLOPsRatio: flops.ratio,
            layers: zip(setup.budgets, network.weights).map { budget, matrix in
                TrainingSummary.Layer(
                    name: budget.name, shape: [matrix.rows, matrix.columns],
                    density: Double(matrix.storedWeights) / Double(budget.shape.count),
                    nonzeros: matrix.storedWeights)
            })
    }

    /// Positions of all weight matrices.
    private var positions: Int { layerShapes.map(\.count).reduce(0, +) }

    /// Values of biases and normalisations.
    private var vectors: Int {
        network.parameters.filter { $0.matrix == nil }.map(\.values.count).reduce(0, +)
    }
}
