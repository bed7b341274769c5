internal import SparsePolicies

/// How long a run is, and what was derived from that.
public struct TrainingPlan: Sendable, Equatable {
    /// Weight updates of the whole run.
    public var steps: Int
    /// Epochs that are begun; the last may be cut short by `steps`.
    public var epochs: Int
    /// Batches of one epoch.
    public var batchesPerEpoch: Int
    /// Topology updates of the whole run.
    public var topologyUpdates = 0
    /// Weight updates between two of them, at the beginning; nil when there are none.
    public var topologyInterval: Int?
    /// Learning rate at its highest, and the weight updates over which it rises to that.
    public var learningRate = 0.0
    /// Weight updates over which the learning rate rises to its highest; 0 for none.
    public var warmupSteps = 0
    /// Largest norm of all gradients together, if there is one.
    public var clipNorm: Double?

    /// Length of a run whose topology policy is made by `policy`. `epochs` are passes over the data: where the batch of
    /// a topology update does not train the weights, there are fewer weight updates than batches. A run of so many epochs
    /// and one of as many `steps` as that gives are the same.
    init(
        _ configuration: TrainingConfiguration, batchesPerEpoch: Int,
        policy: (RunLength) throws(PolicyError) -> any TopologyPolicy
    ) throws(PolicyError) {
        /// Batches that `steps` weight updates and the topology updates among them take.
        func batches(_ steps: Int) throws(PolicyError) -> Int {
            let policy = try policy(RunLength(steps: steps, stepsPerEpoch: batchesPerEpoch))
            if policy.trainsOnUpdate { return steps }
            return steps + policy.clock.updates(before: steps)
        }
        self.batchesPerEpoch = batchesPerEpoch
        if let steps = configuration.steps {
            self.steps = steps
        } else {
            let all = (configuration.epochs ?? TrainingConfiguration.defaultEpochs) * batchesPerEpoch
            steps = Self.most(all) { steps in try? batches(steps) }
        }
        let all = try batches(steps)
        epochs = (all + batchesPerEpoch - 1) / batchesPerEpoch
        let policy = try policy(RunLength(steps: steps, stepsPerEpoch: batchesPerEpoch))
        topologyUpdates = policy.clock.updates(before: steps)
        if topologyUpdates > 0 { topologyInterval = policy.clock.period(at: policy.clock.begin) }
    }

    /// The most weight updates that fit into `all` batches. The batches that they need grow with them, so it is found by
    /// halving; a length that the method refuses (nil) is too short for it, and says nothing of longer ones.
    private static func most(_ all: Int, batches: (Int) -> Int?) -> Int {
        if batches(all) == all { return all }
        var (fits, tooMany) = (1, all + 1)
        while tooMany - fits > 1 {
            let middle = (fits + tooMany) / 2
            if batches(middle) ?? 0 <= all { fits = middle } else { tooMany = middle }
        }
        return fits
    }
}
