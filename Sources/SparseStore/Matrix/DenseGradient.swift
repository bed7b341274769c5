/// The gradient that every weight of a layer would have, stored or not: the sum over some batches of
/// outputGradient x transposed input. It is computed a few rows at a time, looked through and forgotten.
public struct DenseGradient: Sendable, ExpressibleByArrayLiteral {
    /// What is summed, in this order.
    public var batches: [GradientBatch]
    /// Sums each piece over the processes that train together, before anybody looks at it; nil for one process.
    public var reducer: (any GradientReducer)?

    /// The gradient of the sum over `batches`.
    public init(_ batches: [GradientBatch], reducer: (any GradientReducer)? = nil) {
        self.batches = batches
        self.reducer = reducer
    }

    public init(arrayLiteral batches: GradientBatch...) { self.init(batches) }
}

/// A layer's input and the loss gradient of its output for one batch: dense gradient = outputGradient x input^T.
public struct GradientBatch: Sendable {
    /// What the layer read, and the gradient of what it gave.
    public var input: Panels
    /// Gradient of the layer's output.
    public var outputGradient: Panels
    /// Samples in the batch; lanes past them are zero in `outputGradient`.
    public var samples: Int
    /// Multiplies this batch's share of the sum.
    public var scale: Float
    /// Of a batch that is cut into shards the others, of which each is summed by itself; their `scale` is this one's.
    package var otherShards: [GradientBatch] = []

    /// A batch of `samples` samples; without `scale` it counts as it is.
    public init(input: Panels, outputGradient: Panels, samples: Int, scale: Float = 1) {
        self.input = input
        self.outputGradient = outputGradient
        self.samples = samples
        self.scale = scale
    }

    /// How many shards the batch is cut into.
    package var shardCount: Int { 1 + otherShards.count }

    /// One of its shards, from 0.
    package func shard(_ index: Int) -> GradientBatch {
        var shard = index == 0 ? self : otherShards[index - 1]
        (shard.scale, shard.otherShards) = (scale, [])
        return shard
    }
}

extension DenseGradient {
    /// How many shards each batch is cut into.
    var shardCount: Int { batches.first?.shardCount ?? 0 }

    /// The runs of shards that are summed here: all, or the branches that the reducer wants.
    var branches: [Range<Int>] { reducer?.branches(of: shardCount) ?? [0..<shardCount] }

    /// The batches as one of their shards saw them.
    func shard(_ index: Int) -> [GradientBatch] { batches.map { $0.shard(index) } }
}
