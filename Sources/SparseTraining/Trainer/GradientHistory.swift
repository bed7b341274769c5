internal import SparseModels
internal import SparseStore

/// The latest batches' pairs of input and output gradient of each layer that may change, from which its dense gradient
/// can be computed tile by tile. The current batch is read where the network has it; only older ones are copied.
struct GradientHistory {
    private let network: Network
    /// Places in `network.weights`.
    private let layers: [Int]
    /// A ring of copies: pairs of one batch, in the order of `layers`.
    private var copies: [[GradientBatch]] = []
    /// Batches copied so far.
    private var recorded = 0
    private let depth: Int
    /// Whether an update looks at gradients at all.
    private let isLookedAt: Bool
    /// How the batches that a weight update follows are shared out. Several of a shard count as one here: their panels are joined,
    /// one behind the other.
    private let shards: ShardPlan
    /// Of each shard of this process those of the current update, joined, and the panels that they have taken.
    private var joined: [[GradientBatch]] = []
    private var panels: [Int]
    /// The outputs of each layer whose gradient is 0 in all batches of the update that this process has.
    private var idle: [[Bool]] = []

    /// - Parameters:
    ///   - batches: How many an update looks at, the current one included.
    ///   - shards: How the batches that a weight update follows are shared out.
    init(_ network: Network, layers: [Int], batches: Int, shards: ShardPlan = ShardPlan()) {
        self.network = network
        self.layers = layers
        self.shards = shards
        panels = shards.own.map { _ in 0 }
        depth = max(batches - 1, 0)
        isLookedAt = batches > 0
    }

    /// Begins the batches of an update.
    /// - Parameter inputs: Of such a batch.
    mutating func beginUpdate(inputs: @autoclosure () -> [BatchInput]) {
        idle = layers.map { Array(repeating: true, count: network.weights[$0].rows) }
        guard isLookedAt else { return }
        if joined.isEmpty { joined = shards.own.map { _ in emptyShard(inputs: inputs()) } }
        for shard in joined.indices {
            panels[shard] = 0
            for index in joined[shard].indices { joined[shard][index].samples = 0 }
        }
    }

    /// Joins the network's current batch to those of its shard.
    /// - Parameters:
    ///   - share: Of the batch among the samples of the update.
    ///   - shard: Which of this process, from 0.
    mutating func gather(share: Float, shard: Int) {
        let current = latest()
        for (index, batch) in current.enumerated() {
            idle[index] = zip(idle[index], Self.silent(batch)).map { $0 && $1 }
        }
        guard isLookedAt else { return }
        let (first, own) = (panels[shard], current.first.map { Panels.count($0.samples) } ?? 0)
        for (index, batch) in current.enumerated() {
            let room = joined[shard][index]
            batch.input.copyPanels(own, to: room.input, at: first)
            batch.outputGradient.copyPanels(own, to: room.outputGradient, at: first, times: share)
            joined[shard][index].samples = (first + own) * Panels.lanes
            joined[shard][index].scale = batch.scale
        }
        panels[shard] = first + own
    }

    /// Copies the current batch, for an update to come.
    mutating func record() {
        guard depth > 0 else { return }
        let current = newest
        if copies.count < depth { copies.append(current.map { emptyCopy($0) }) }
        let slot = recorded % depth
        for index in layers.indices { Self.copy(current[index], into: &copies[slot][index]) }
        recorded += 1
    }

    /// Batches that an update looks at now, the current one included.
    var count: Int { min(recorded, depth) + 1 }

    /// Pairs for each layer, oldest first; the current batch is the last.
    func batches() -> [[GradientBatch]] {
        let current = newest
        let kept = min(recorded, depth)
        return layers.indices.map { index in
            (recorded - kept..<recorded).map { copies[$0 % depth][index] } + [current[index]]
        }
    }

    /// The copies kept for an update to come, oldest first: for a checkpoint.
    var kept: [[GradientBatch]] {
        let kept = min(recorded, depth)
        return (recorded - kept..<recorded).map { copies[$0 % depth] }
    }

    /// Goes on as if `batches` had been recorded; false when no update looks at as many.
    mutating func restore(_ batches: [[GradientBatch]]) -> Bool {
        guard batches.count <= depth else { return false }
        copies = batches
        recorded = batches.count
        return true
    }

    /// Room for a copy of what the layers see of a batch in `inputs`, all shards of this process.
    func emptyCopy(inputs: [BatchInput]) -> [GradientBatch] {
        Self.batch(of: shards.own.map { _ in emptyShard(inputs: inputs) })
    }

    /// Shards of this process as one batch.
    static func batch(of shards: [[GradientBatch]]) -> [GradientBatch] {
        guard var batch = shards.first else { return [] }
        for layer in batch.indices { batch[layer].otherShards = shards.dropFirst().map { $0[layer] } }
        return batch
    }

    /// The shards of this process of a batch.
    static func shards(of batch: [GradientBatch]) -> [[GradientBatch]] {
        (0..<(batch.first?.shardCount ?? 0)).map { shard in batch.map { $0.shard(shard) } }
    }

    private func emptyShard(inputs: [BatchInput]) -> [GradientBatch] {
        // Batches that are joined fill whole panels.
        let batches = shards.isWhole ? nil : shards.microBatches
        return layers.map { emptyCopy(network.gradientPanels(ofWeights: $0, inputs: inputs), joining: batches) }
    }

    /// Which outputs of each layer have no gradient from any sample of the newest batch that this process has.
    var idleOutputs: [[Bool]] { shards.isWhole ? latest().map(Self.silent) : idle }

    private static func silent(_ batch: GradientBatch) -> [Bool] {
        batch.outputGradient.silentChannels(panels: 0..<Panels.count(batch.samples))
    }

    /// What an update looks at as its newest batch.
    private var newest: [GradientBatch] { shards.isWhole ? latest() : Self.batch(of: joined) }

    /// What the network has of its latest batch.
    private func latest() -> [GradientBatch] {
        layers.map { layer in
            guard let batch = network.gradientBatch(ofWeights: layer) else {
                preconditionFailure("gradients need a backward pass")
            }
            return batch
        }
    }

    /// Room for a batch like this one, or for so many that are joined.
    private func emptyCopy(_ batch: GradientBatch, joining count: Int? = nil) -> GradientBatch {
        func empty(_ x: Panels) -> Panels {
            let samples = count.map { $0 * x.panelCount * Panels.lanes } ?? x.capacity
            return Panels(channels: x.channels, rows: x.rows, columns: x.columns, halo: x.halo, samples: samples)
        }
        var copy = GradientBatch(
            input: empty(batch.input), outputGradient: empty(batch.outputGradient), samples: 0)
        copy.otherShards = batch.otherShards.map { emptyCopy($0) }
        return copy
    }

    private static func copy(_ batch: GradientBatch, into copy: inout GradientBatch) {
        for (x, y) in [(batch.input, copy.input), (batch.outputGradient, copy.outputGradient)] {
            ActivationOperations.copy(x, into: y, panels: 0..<x.panelCount, channels: 0..<x.channels)
        }
        copy.samples = batch.samples
        copy.scale = batch.scale
        for (index, shard) in batch.otherShards.enumerated() { Self.copy(shard, into: &copy.otherShards[index]) }
    }
}
