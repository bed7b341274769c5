internal import Foundation
internal import SparseData
internal import SparseModels
internal import SparseParts
internal import SparsePolicies
internal import SparseStore

/// Everything that a run needs but its network, made from its configuration and data in one place. Nothing of the
/// network's size is allocated before `makeNetwork`.
struct TrainingSetup {
    let source: DataSource
    let train: Subset
    let validation: Subset
    let test: Subset
    let loader: BatchLoader
    /// How its batches make weight updates.
    let groups: BatchGroups
    /// Who computes which of them.
    let shards: ShardPlan
    /// Shape in which batches are handed to the network.
    let shape: SampleShape
    let plan: TrainingPlan
    let method: Method
    let policy: any TopologyPolicy
    /// How a dense random network is pruned before the training; nil where the first positions are drawn.
    let pruning: InitialPruning?
    let budgets: [LayerBudget]
    /// Whether layers whose budget is full may have fewer weights: by the policy, or by a pruning in which layers compete.
    let changesFullLayers: Bool
    /// Places in `budgets` of the layers whose connections may change.
    let changeableLayers: [Int]
    /// Whether topology updates can replace anything.
    let canExplore: Bool
    let layerShapes: [LayerShape]
    let loss: any Loss
    /// How target numbers are standardised, if they are.
    let targetScaling: TargetScaling?
    let metrics: MetricList
    /// The same before they knew of the scaling of targets.
    let listedMetrics: MetricList
    let optimizer: any Optimizer
    let schedule: any LearningRateSchedule
    let workers: Workers
    let model: Model
    private(set) var memory: MemoryEstimate
    let batchesOfOne: BatchesOfOne
    /// The configuration as it was given, and with all that it left open filled in.
    let given: TrainingConfiguration
    let configuration: TrainingConfiguration
    /// What a program gave in place of what the configuration names.
    let own: OwnParts
    var hasOwnData: Bool { own.data != nil }
    var hasOwnModel: Bool { own.model != nil }
    /// The density that the method comes down to, if it begins with more.
    let fallsToDensity: Double?
    /// The weights of a file that the run begins with; nil when they are drawn, or those of a checkpoint are to come.
    let start: StartingWeights?
    /// What was taken from that file.
    let importReport: ImportReport?

    /// - Parameters:
    ///   - own: what is to be used in place of what the configuration names.
    ///   - observers: are told that data is read.
    ///   - checkpoint: Of a run that goes on: what that began with is in there.
    ///   - communicator: The processes that train together; nil for one alone.
    init(
        _ given: TrainingConfiguration, own: OwnParts = OwnParts(), observers: [any TrainingObserver] = [],
        checkpoint: SafetensorsFile? = nil, communicator: (any Communicator)? = nil
    ) throws {
        var configuration = given
        self.given = given
        self.own = own
        try configuration.validate(without: own.options)
        let shardSize = try configuration.shardSize(processes: communicator?.count ?? 1)
        do throws(InstructionSet.Unavailable) { try InstructionSet.check() } catch {
            throw ConfigurationError.rejected(reason: error.description)
        }
        try own.data?.check()
        let opened = try configuration.reshaped(try own.data ?? configuration.openData(observers))
        try configuration.check(opened.sequence, of: opened)
        let parts = opened.train.sampled(configuration.trainSamples, seed: configuration.seed).split(
            fraction: configuration.validationFraction, seed: configuration.splitSeed ?? configuration.seed,
            purpose: .validation)
        let beginning = try Beginning(given, checkpoint: checkpoint)
        if let recorded = beginning.recorded { configuration.adopt(recorded: recorded) }
        let known = try beginning.scaling(configuration, of: opened)
        configuration.fillIn(opened, isScaled: known != nil)
        let standardization = configuration.chosenStandardization(for: opened)
        let scaling = try known ?? standardization.scaling(for: parts.rest)
        source = known == nil && standardization == .perColumn ? opened.remarking(scaling) : opened
        configuration.fillInLoss(for: source.targets)
        let (loss, listed) = (
            own.loss ?? configuration.makeLoss(), try own.metrics ?? configuration.metricList(for: source.targets)
        )
        targetScaling = try configuration.scaling(
            ofTargetsOf: parts.rest, hasOwnLoss: own.loss != nil, listed)
        listedMetrics = listed
        metrics = targetScaling.flatMap { listed.inUnits(of: $0.deviations) } ?? listed
        train = parts.rest.scaled(by: targetScaling)
        validation = parts.taken.scaled(by: targetScaling)
        test = opened.test.scaled(by: targetScaling)
        let everyBatch = BatchLoader(
            train, batchSize: min(shardSize, train.count),
            scaling: scaling,
            dropLast: configuration.dropLast,
            augmentation: (Parts.augmentations.entry(named: given.augmentation)?.part ?? nil)?.fitted(to: source.shape),
            noise: try configuration.addedNoise(for: source))
        workers = Workers(
            threads: configuration.threads ?? ProcessLimits.processors(of: communicator?.countOnMachine ?? 1))

        let optimizerOptions: Settings
        do throws(PolicyError) {
            if let method = own.method {
                self.method = method
            } else {
                self.method = try Parts.methods.named(configuration.method, PolicyError.unknownName)
            }
            if own.model == nil { configuration.fillInModel() }
            try configuration.fillIn(self.method)
            optimizerOptions = try configuration.optimizerOptions(self.method)
        } catch {
            throw ConfigurationError(error)
        }
        do throws(ModelError) {
            if let given = own.model { model = given } else { model = try configuration.makeModel(for: source) }
            if let given = own.optimizer {
                optimizer = given
            } else {
                optimizer = try Parts.optimizers.optimizer(named: configuration.optimizer, optimizerOptions)
            }
        } catch {
            throw ConfigurationError(error, model: own.model == nil ? configuration.model : nil)
        }
        try model.check(fits: source)
        if let fault = loss.fault(for: source.targets, outputs: model.output) {
            throw ConfigurationError.rejected(
                reason: "samples of \(source.name) and model '\(model.name)' do not go together: \(fault)")
        }
        if let weights = try configuration.classWeights(of: train) {
            guard let weighted = loss.weighted(by: weights) else {
                throw ConfigurationError.conflict(
                    options: [Options().classWeight.name, Options().loss.name],
                    reason: "the loss '\(loss.name)' has no weights of classes; cross-entropy has")
            }
            self.loss = weighted
        } else {
            self.loss = loss
        }
        if let augmentation = everyBatch.augmentation { try configuration.check(augmentation, of: source, for: model) }
        batchesOfOne = try BatchesOfOne(model, everyBatch)
        loader = batchesOfOne.loaderWithout
        // An update follows at most the batches of an epoch.
        let microBatches = min(configuration.microBatches, loader.batchCount)
        groups = BatchGroups(loader, of: microBatches * configuration.shards)
        shards = ShardPlan(configuration.shards, microBatches: microBatches, communicator)
        start = try beginning.weights(for: model, configuration)
        if let start { try configuration.adopt(start, method: self.method, given: given) }
        importReport = start.map { [configuration] start in
            ImportReport(start, scaling: configuration.scalingText(isOfFile: known != nil, path: start.path))
        }
        do throws(PolicyError) {
            let first = try self.method.initialDensity(configuration.methodOptions)
            fallsToDensity =
                first > configuration.density && !self.method.hasForwardSet ? configuration.density : nil
        } catch {
            throw ConfigurationError(error)
        }
        budgets = try configuration.budgets(for: model, method: self.method)
        do throws(PolicyError) {
            pruning = try self.method.initialPruning(configuration.methodOptions)
            if pruning != nil, let layer = budgets.first(where: { !$0.isKeptDense && $0.structure != .unstructured }) {
                throw PolicyError.unfitStructure(
                    method: self.method.name, layer: layer.name, structure: layer.structure.description,
                    reason: "a pruning at initialisation scores single weights")
            }
            if pruning != nil && start != nil {
                throw PolicyError.unfitStructure(
                    method: self.method.name, layer: budgets.first { !$0.isKeptDense }?.name ?? "",
                    structure: "with \(given.startFile?.option ?? "")",
                    reason: "it prunes a random network before it trains it; take another method")
            }
        } catch {
            throw ConfigurationError(error)
        }
        do throws(PolicyError) {
            let (made, options, canChange) = (self.method, configuration.methodOptions, budgets.contains { !$0.isFull })
            /// The method's policy, unless there is nothing that it could change.
            func policy(_ run: RunLength) throws(PolicyError) -> any TopologyPolicy {
                let policy = try made.policy(options, run: run)
                return canChange || policy.changesFullLayers ? policy : StaticPolicy()
            }
            var plan = try TrainingPlan(configuration, batchesPerEpoch: groups.count, policy: policy)
            let run = RunLength(steps: plan.steps, stepsPerEpoch: plan.batchesPerEpoch)
            self.policy = try policy(run)
            try configuration.fillIn(self.method, run: run)
            configuration.fillInLearningRate(steps: plan.steps)
            plan.learningRate = configuration.highestLearningRate
            plan.warmupSteps = configuration.warmupSteps ?? 0
            plan.clipNorm = configuration.clipNorm
            self.plan = plan
        } catch {
            throw ConfigurationError(error)
        }
        let changesFullLayers = policy.changesFullLayers || pruning?.scope == .global
        self.changesFullLayers = changesFullLayers
        changeableLayers = budgets.indices.filter { [budgets] index in
            !(budgets[index].isFull && (budgets[index].isKeptDense || !changesFullLayers))
        }
        canExplore = Self.canExplore(
            plan, policy, stored: changeableLayers.map { [budgets] in budgets[$0].storedCount })
        // Training fills one batch ahead when there are threads for it; each evaluation has a batch of its own, and where inputs
        // are to be given again a batch holds them twice.
        let batchesHere = shards.ownPlaces.clamped(to: 0..<groups.size).count
        memory = try MemoryEstimate(
            budgets, model: model, batchSize: loader.laneCount,
            inputBatches: ((workers.parts > 1 ? 2 : 1) * batchesHere
                + (validation.count > 0 ? 2 : 1)) * (source.targets.areInputs ? 2 : 1),
            keptBatches: shards.isWhole
                ? min(max(policy.gradientBatches - 1, 0), plan.steps)
                : min(policy.gradientBatches, plan.steps) * batchesHere, keptLayers: changeableLayers,
            sums: shards.isWhole
                ? 0 : shards.tree.sumsHeld(of: shards.own) + shards.tree.branchCount(of: shards.own))
        layerShapes = budgets.map(\.shape)
        if let pruning {
            memory.pruning = MemoryEstimate.bytes(
                of: pruning, budgets, model, batchSize: pruning.laneCount(of: train))
        }
        shape = SampleShape(channels: model.input.channels, rows: model.input.rows, columns: model.input.columns)
        schedule = configuration.makeSchedule(steps: plan.steps)
        self.configuration = configuration
    }

    /// False when the schedule, at its highest, replaces no weight of the largest layer.
    private static func canExplore(_ plan: TrainingPlan, _ policy: any TopologyPolicy, stored: [Int]) -> Bool {
        let (clock, most) = (policy.clock, Double(stored.max() ?? 0))
        guard let interval = plan.topologyInterval, policy.grows else { return false }
        // The first update, and for a clock with stages the first of each.
        let times = clock.stages.map { max($0.from, clock.begin, 1) }.map { ($0 + interval - 1) / interval * interval }
        return times.contains { step in (policy.dropFraction(at: step) ?? 1) * most > 0 }
    }

    /// The values that all positions of a layer would begin with, were it dense.
    func initialField(_ layer: Int) -> NormalField {
        configuration.initialField(model.weightShapes[layer], layer: layer)
    }

    /// What a pruning of the dense random network has kept; nil for methods that do not begin with one.
    func pruned() throws -> InitialPruner.Outcome? {
        guard let pruning else { return nil }
        try memory.check()
        return try InitialPruner(
            pruning: pruning, method: method.name, model: model, budgets: budgets,
            fields: budgets.indices.map(initialField), seed: configuration.seed, loss: loss,
            samples: PruningSamples(
                subset: train, scaling: loader.scaling, shape: shape, sequence: source.sequence),
            laneCount: loader.laneCount * groups.size, workers: workers
        ).prune()
    }

    /// The network with its starting weights.
    /// - Parameter pruned: What a pruning of the dense random network has kept.
    /// - Throws: `ConfigurationError` when the machine does not have the memory.
    func makeNetwork(pruned: InitialPruner.Outcome? = nil) throws -> Network {
        var memory = memory
        // The pruning is over, or there is none: a run that goes on finds its connections in a checkpoint.
        memory.pruning = 0
        try memory.check()
        var weights = InitialWeights(
            configuration: configuration, topology: method.initialTopology, changesFullLayers: changesFullLayers,
            workers: workers, connections: pruned?.connections, keepsDenseValues: pruned != nil)
        if let start, start.drawsWeights {
            weights.connections = try start.connections(budgets, format: weights.format)
        }
        let matrices: [any SparseMatrix]
        if let start, !start.drawsWeights {
            matrices = try start.matrices(budgets, format: weights.format)
        } else {
            matrices = try weights.matrices(budgets, model.weightShapes)
        }
        let network = try Network(
            model: model, matrices: matrices, batchSize: loader.laneCount, seed: configuration.seed, workers: workers)
        network.reads(source.sequence)
        try start?.fillVectors(of: network)
        return network
    }
}

extension TrainingConfiguration {
    /// Opens the data; `observers` are told.
    /// - Throws: `DataError`, or `ConfigurationError` for an option that such data do not read.
    func openData(_ observers: [any TrainingObserver]) throws -> DataSource {
        for observer in observers { try observer.dataWillBeRead(self.data) }
        let source = Result { () throws(DataError) in try DataSource.open(self.data, options: dataOptions) }
        for observer in observers { try observer.dataWasRead() }
        do { return try source.get() } catch {
            // A column that is not there is a wrong option, too.
            guard [.unreadOption, .invalidOption].contains(error.kind) else { throw error }
            throw ConfigurationError.rejected(reason: error.description)
        }
    }
}
