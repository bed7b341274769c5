internal import Foundation
public import SparseData
public import SparseModels
internal import SparsePolicies
internal import SparseStore

/// What a run will need, known before anything of the network's size is allocated: `--dry-run`.
public struct RunEstimate: Codable, Sendable, Equatable {
    /// The model's name.
    public var model: String
    /// Weight updates of the run.
    public var steps: Int
    /// Epochs of the run.
    public var epochs: Int
    /// Topology updates of the run, and the weight updates between two of them at first (null when there are none).
    public var topologyUpdates: Int
    /// Weight updates between two updates of the topology, at first; null when there are none.
    @WrittenNull public var topologyInterval: Int?
    /// Learning rate at its highest.
    public var learningRate: Double
    /// Stored weights at the start, and positions of all layers.
    public var nonzeros: Int
    /// Positions of all layers: what they would store, were they dense.
    public var positions: Int
    /// Stored weights, biases, and scales and shifts of batch normalisation.
    public var parameters: Int
    /// Operations of one sample's forward pass.
    public var flopsPerSample: Double
    /// About, in bytes; `machineBytes` is what there is.
    public var weightBytes: Double
    /// Activations and their gradients, in bytes.
    public var activationBytes: Double
    /// Of older batches, for topology updates that look back at them: 0 for most methods.
    public var keptBatchBytes: Double
    /// Before the network is made, for a pruning of the dense random network, in bytes; 0 for methods without one.
    public var pruningBytes: Double
    /// Memory that the process may use, of the machine or of its control group, in bytes.
    public var machineBytes: UInt64
    /// What the run would warn of before its first step, in words.
    public var warnings: [String]
    /// Each layer with weights as it will begin, in the model's order.
    public var layers: [Layer]

    /// One layer's weights at the start.
    public struct Layer: Codable, Sendable, Equatable {
        /// The name of the weights, such as "fc1".
        public var name: String
        /// Outputs and inputs.
        public var shape: [Int]
        /// Weights stored as a share of all positions.
        public var density: Double
        /// Weights stored.
        public var nonzeros: Int
        /// Operations of one sample's forward pass.
        public var flopsPerSample: Double
        /// About.
        public var bytes: Double

        enum CodingKeys: String, CodingKey {
            case name, shape, density, nonzeros
            case flopsPerSample = "flops_per_sample"
            case bytes
        }
    }

    enum CodingKeys: String, CodingKey {
        case model, steps, epochs, nonzeros, positions, parameters
        case topologyUpdates = "topology_updates"
        case topologyInterval = "topology_interval"
        case learningRate = "learning_rate"
        case flopsPerSample = "flops_per_sample"
        case weightBytes = "weight_bytes"
        case activationBytes = "activation_bytes"
        case keptBatchBytes = "kept_batch_bytes"
        case pruningBytes = "pruning_bytes"
        case machineBytes = "machine_bytes"
        case warnings, layers
    }

    /// Checks the configuration and opens the data.
    /// - Parameters:
    ///   - configuration: What the run is to be.
    ///   - data: Samples in place of those that the configuration names.
    ///   - own: A model in place of the one that the configuration names.
    ///   - hasFolder: Whether the run is to have a folder, named or not.
    /// - Throws: `ConfigurationError` or `DataError`.
    public init(
        _ configuration: TrainingConfiguration, data: DataSource? = nil, model own: Model? = nil, hasFolder: Bool = true
    ) throws {
        let setup = try TrainingSetup(configuration, own: OwnParts(data: data, model: own))
        warnings = setup.warnings(hasFolder: hasFolder).map(\.message)
        layers = setup.budgets.map { budget in
            let density = Double(budget.storedCount) / Double(budget.shape.count)
            return Layer(
                name: budget.name, shape: [budget.shape.outputs, budget.shape.fanIn], density: density,
                nonzeros: budget.storedCount,
                flopsPerSample: budget.shape.forwardFlops
                    * Double(budget.forwardUnits(of: budget.shape.count) ?? budget.storedCount)
                    / Double(budget.shape.count),
                bytes: MemoryEstimate.bytesPerWeight * Double(budget.storedCount))
        }
        model = setup.model.name
        parameters = layers.map(\.nonzeros).reduce(0, +) + setup.model.denseParameters - setup.model.denseWeights
        (steps, epochs) = (setup.plan.steps, setup.plan.epochs)
        (topologyUpdates, topologyInterval) = (setup.plan.topologyUpdates, setup.plan.topologyInterval)
        learningRate = setup.plan.learningRate
        nonzeros = layers.map(\.nonzeros).reduce(0, +)
        positions = setup.layerShapes.map(\.count).reduce(0, +)
        flopsPerSample = layers.map(\.flopsPerSample).reduce(0, +) + setup.model.otherForwardFLOPs
        (weightBytes, activationBytes) = (setup.memory.weights, setup.memory.activations)
        keptBatchBytes = setup.memory.keptBatches
        pruningBytes = setup.memory.pruning
        machineBytes = ProcessLimits.memory
    }

    /// True when there is as much memory.
    public var fits: Bool { max(weightBytes + activationBytes + keptBatchBytes, pruningBytes) <= Double(machineBytes) }

    /// One JSON object on one line.
    public func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}
