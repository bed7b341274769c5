public import SparseStore

/// What a policy sees at a topology update.
public struct UpdateContext: Sendable {
    /// Weight updates done so far.
    public var step: Int
    /// Learning rate of the latest weight update.
    public var learningRate: Double
    /// Seed of the run.
    public var seed: UInt64
    /// Threads for whatever takes long.
    public var workers: Workers
    /// Sums dense gradients over the processes that train together; nil for one process.
    public var reducer: (any GradientReducer)?
    /// Every layer whose connections may change, in the model's order.
    public var parameters: [SparseParameter]

    /// What an update may see; the trainer makes it.
    public init(
        step: Int, learningRate: Double = 0, seed: UInt64, workers: Workers,
        reducer: (any GradientReducer)? = nil, parameters: [SparseParameter]
    ) {
        self.step = step
        self.learningRate = learningRate
        self.seed = seed
        self.workers = workers
        self.reducer = reducer
        self.parameters = parameters
    }

    /// The random stream of a layer at this update.
    public func random(_ purpose: RandomPurpose, for parameter: SparseParameter) -> CounterRandom {
        CounterRandom(seed: seed, purpose: purpose, layer: parameter.layer, step: step)
    }
}
