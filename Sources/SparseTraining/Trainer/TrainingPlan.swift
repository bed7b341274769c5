internal import SparsePolicies

/// How long a run is.
public struct TrainingPlan: Sendable, Equatable {
    /// Weight updates of the whole run.
    public var steps: Int
    /// Epochs that are begun; the last may be cut short by `steps`.
    public var epochs: Int
    /// Batches of one epoch.
    public var batchesPerEpoch: Int

    /// Length of a run whose topology policy is made by `policy`. `epochs` are passes over the data: where the batch of
    /// a topology update does not train the weights, there are fewer weight updates than batches.
    init(
        _ configuration: TrainingConfiguration, batchesPerEpoch: Int,
        policy: (RunLength) throws(PolicyError) -> any TopologyPolicy
    ) throws(PolicyError) {
        /// Batches that `steps` weight updates and the topology updates among them take.
        func batches(_ steps: Int) throws(PolicyError) -> Int {
            let policy = try policy(RunLength(steps: steps, stepsPerEpoch: batchesPerEpoch))
            if policy.appliesWeightsOnUpdate { return steps }
            return steps + policy.clock.updates(before: steps)
        }
        self.batchesPerEpoch = batchesPerEpoch
        if let steps = configuration.steps {
            self.steps = steps
            let all = try batches(steps)
            epochs = (all + batchesPerEpoch - 1) / batchesPerEpoch
        } else {
            epochs = configuration.epochs ?? TrainingConfiguration.defaultEpochs
            let all = epochs * batchesPerEpoch
            // The most weight updates whose batches fit: the need grows with them, so bisect.
            var (fits, tooMany) = (1, all + 1)
            while tooMany - fits > 1 {
                let middle = (fits + tooMany) / 2
                if try batches(middle) <= all { fits = middle } else { tooMany = middle }
            }
            steps = fits
        }
    }
}
