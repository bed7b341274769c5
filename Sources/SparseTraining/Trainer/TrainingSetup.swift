internal import Foundation
internal import SparseData
internal import SparseModels
internal import SparsePolicies
internal import SparseStore

/// Everything that a run needs but its network, made from its configuration and data in one place. Nothing of the
/// network's size is allocated before `makeNetwork`.
struct TrainingSetup {
    let train: Subset
    let validation: Subset
    let test: Subset
    let loader: BatchLoader
    /// Shape in which batches are handed to the network.
    let shape: SampleShape
    let plan: TrainingPlan
    let method: Method
    let policy: any TopologyPolicy
    let budgets: [LayerBudget]
    /// Places in `budgets` of the layers whose connections may change.
    let changeableLayers: [Int]
    let layerShapes: [LayerShape]
    let loss: any Loss
    let optimizer: any Optimizer
    let schedule: any LearningRateSchedule
    let workers: Workers
    let model: Model
    let memory: MemoryEstimate
    private let configuration: TrainingConfiguration

    /// - Parameters:
    ///   - own: a model in place of the one that the configuration names.
    ///   - method: likewise.
    ///   - observers: are told that data is read.
    init(
        _ configuration: TrainingConfiguration, data: DataSource?, model own: Model? = nil, method: Method? = nil,
        observers: [any TrainingObserver] = []
    ) throws {
        self.configuration = configuration
        try configuration.validate()
        do throws(InstructionSet.Unavailable) { try InstructionSet.check() } catch {
            throw ConfigurationError.rejected(reason: error.description)
        }
        let source = try data ?? configuration.openData(observers)
        (train, validation) = source.train.sampled(configuration.trainSamples, seed: configuration.seed)
            .split(fraction: configuration.validationFraction, seed: configuration.seed)
        test = source.test
        let standardization = configuration.standardization(for: source)
        loader = BatchLoader(
            train, batchSize: min(configuration.batchSize, train.count),
            scaling: try standardization.scaling(for: train),
            dropLast: configuration.dropLast,
            augmentation: TrainingConfiguration.augmentations.first { $0.name == configuration.augmentation }?.value)
        workers = Workers(threads: configuration.threads ?? ProcessInfo.processInfo.activeProcessorCount)

        let optimizerOptions: OptimizerOptions
        do throws(PolicyError) {
            if let method {
                self.method = method
            } else {
                self.method = try Catalog<Method>.methods.named(configuration.algorithm)
            }
            optimizerOptions = try configuration.optimizerOptions(self.method)
        } catch {
            throw ConfigurationError.rejected(reason: error.description)
        }
        do throws(ModelError) {
            if let own {
                model = own
            } else {
                let shape = source.shape
                model = try ModelRegistry.model(
                    named: configuration.model,
                    input: ActivationShape(channels: shape.channels, rows: shape.rows, columns: shape.columns),
                    classes: source.classes,
                    options: ModelOptions(dropout: Float(configuration.dropout), batchNorm: configuration.batchNorm))
            }
            optimizer = try OptimizerRegistry.optimizer(named: configuration.optimizer, options: optimizerOptions)
        } catch {
            throw ConfigurationError.rejected(reason: error.description)
        }
        guard model.input.elements == source.shape.features, model.output.elements == source.classes else {
            throw ConfigurationError.rejected(
                reason: "model '\(model.name)' makes \(model.output.elements) numbers of \(model.input.elements), but "
                    + "samples of \(source.name) have \(source.shape.features) and \(source.classes) classes")
        }
        budgets = try configuration.budgets(for: model, method: self.method)
        do throws(PolicyError) {
            let (made, options, canChange) = (self.method, configuration.methodOptions, budgets.contains { !$0.isFull })
            /// The method's policy, unless there is nothing that it could change.
            func policy(_ run: RunLength) throws(PolicyError) -> any TopologyPolicy {
                let policy = try made.policy(options, run: run)
                return canChange || policy.changesFullLayers ? policy : StaticPolicy()
            }
            plan = try TrainingPlan(configuration, batchesPerEpoch: loader.batchCount, policy: policy)
            self.policy = try policy(RunLength(steps: plan.steps, stepsPerEpoch: plan.batchesPerEpoch))
        } catch {
            throw ConfigurationError.rejected(reason: error.description)
        }
        changeableLayers = budgets.indices.filter { [budgets, policy] index in
            !(budgets[index].isFull && (budgets[index].isKeptDense || !policy.changesFullLayers))
        }
        // Training fills one batch ahead when there are threads for it; each evaluation has a batch of its own.
        memory = try MemoryEstimate(
            budgets, model: model, batchSize: loader.batchSize,
            inputBatches: (workers.threads > 1 ? 2 : 1) + (validation.count > 0 ? 2 : 1),
            keptBatches: min(max(policy.gradientBatches - 1, 0), plan.steps), keptLayers: changeableLayers)
        layerShapes = budgets.map(\.shape)
        shape = SampleShape(channels: model.input.channels, rows: model.input.rows, columns: model.input.columns)
        loss = configuration.makeLoss()
        schedule = configuration.makeSchedule(steps: plan.steps)
    }

    /// The values that all positions of a layer would begin with, were it dense.
    func initialField(_ layer: Int) -> NormalField { configuration.initialField(budgets[layer].shape, layer: layer) }

    /// The network with its starting weights.
    /// - Throws: `ConfigurationError` when the machine does not have the memory.
    func makeNetwork() throws -> Network {
        try memory.check()
        let weights = InitialWeights(
            configuration: configuration, topology: method.initialTopology, changesFullLayers: policy.changesFullLayers,
            workers: workers)
        return try Network(
            model: model, matrices: try weights.matrices(budgets), batchSize: loader.batchSize,
            seed: configuration.seed, workers: workers)
    }
}
