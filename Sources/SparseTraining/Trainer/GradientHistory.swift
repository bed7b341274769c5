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
    /// Batches that a weight update follows. Several count as one here: their panels are joined, one behind the other.
    private let microBatches: Int
    /// Those of the current update, joined, and panels that they have taken.
    private var joined: [GradientBatch] = []
    private var panels = 0
    /// The outputs of each layer whose gradient is 0 in all of them.
    private var idle: [[Bool]] = []

    /// - Parameters:
    ///   - batches: How many an update looks at, the current one included.
    ///   - microBatches: Batches that a weight update follows.
    init(_ network: Network, layers: [Int], batches: Int, microBatches: Int = 1) {
        self.network = network
        self.layers = layers
        self.microBatches = microBatches
        depth = max(batches - 1, 0)
        isLookedAt = batches > 0
    }

    /// Joins the network's current batch to those of the update.
    /// - Parameters:
    ///   - share: Of the batch among the samples of the update.
    ///   - isFirst: Whether the update begins with it.
    mutating func gather(share: Float, isFirst: Bool) {
        let current = latest()
        let silent = current.map(Self.silent)
        idle = isFirst ? silent : zip(idle, silent).map { zip($0, $1).map { $0 && $1 } }
        guard isLookedAt else { return }
        if joined.isEmpty { joined = current.map { emptyCopy($0, times: microBatches) } }
        if isFirst { panels = 0 }
        let own = current.first.map { Panels.count($0.samples) } ?? 0
        for (index, batch) in current.enumerated() {
            batch.input.copyPanels(own, to: joined[index].input, at: panels)
            batch.outputGradient.copyPanels(own, to: joined[index].outputGradient, at: panels, times: share)
            joined[index].samples = (panels + own) * Panels.lanes
            joined[index].scale = batch.scale
        }
        panels += own
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

    /// Room for a copy of what the layers see of a batch in `inputs`.
    func emptyCopy(inputs: [BatchInput]) -> [GradientBatch] {
        layers.map { emptyCopy(network.gradientPanels(ofWeights: $0, inputs: inputs), times: microBatches) }
    }

    /// How many outputs of each layer have no gradient from any sample of the newest batch.
    var idleOutputs: [Int] {
        (microBatches == 1 ? latest().map(Self.silent) : idle).map { $0.count { $0 } }
    }

    private static func silent(_ batch: GradientBatch) -> [Bool] {
        batch.outputGradient.silentChannels(panels: 0..<Panels.count(batch.samples))
    }

    /// The pair of each layer that an update looks at as its newest batch.
    private var newest: [GradientBatch] { microBatches == 1 ? latest() : joined }

    /// What the network has of its latest batch.
    private func latest() -> [GradientBatch] {
        layers.map { layer in
            guard let batch = network.gradientBatch(ofWeights: layer) else {
                preconditionFailure("gradients need a backward pass")
            }
            return batch
        }
    }

    /// Room for so many batches like this one.
    private func emptyCopy(_ batch: GradientBatch, times count: Int = 1) -> GradientBatch {
        func empty(_ x: Panels) -> Panels {
            let samples = count == 1 ? x.capacity : count * x.panelCount * Panels.lanes
            return Panels(channels: x.channels, rows: x.rows, columns: x.columns, halo: x.halo, samples: samples)
        }
        return GradientBatch(input: empty(batch.input), outputGradient: empty(batch.outputGradient), samples: 0)
    }

    private static func copy(_ batch: GradientBatch, into copy: inout GradientBatch) {
        for (x, y) in [(batch.input, copy.input), (batch.outputGradient, copy.outputGradient)] {
            ActivationOperations.copy(x, into: y, panels: 0..<x.panelCount, channels: 0..<x.channels)
        }
        copy.samples = batch.samples
        copy.scale = batch.scale
    }
}
