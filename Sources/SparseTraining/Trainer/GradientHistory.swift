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

    /// - Parameter batches: How many an update looks at, the current one included.
    init(_ network: Network, layers: [Int], batches: Int) {
        self.network = network
        self.layers = layers
        depth = max(batches - 1, 0)
    }

    /// Copies the current batch, for an update to come.
    mutating func record() {
        guard depth > 0 else { return }
        let current = pairs()
        if copies.count < depth { copies.append(current.map(Self.emptyCopy)) }
        let slot = recorded % depth
        for index in layers.indices { Self.copy(current[index], into: &copies[slot][index]) }
        recorded += 1
    }

    /// Batches that an update looks at now, the current one included.
    var count: Int { min(recorded, depth) + 1 }

    /// Pairs for each layer, oldest first; the current batch is the last.
    func batches() -> [[GradientBatch]] {
        let current = pairs()
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
        layers.map { Self.emptyCopy(network.gradientPanels(ofWeights: $0, inputs: inputs)) }
    }

    private func pairs() -> [GradientBatch] {
        layers.map { layer in
            guard let batch = network.gradientBatch(ofWeights: layer) else {
                preconditionFailure("gradients need a backward pass")
            }
            return batch
        }
    }

    private static func emptyCopy(_ batch: GradientBatch) -> GradientBatch {
        GradientBatch(input: empty(batch.input), outputGradient: empty(batch.outputGradient), samples: 0)
    }

    private static func empty(_ x: Panels) -> Panels {
        Panels(channels: x.channels, rows: x.rows, columns: x.columns, halo: x.halo, samples: x.capacity)
    }

    private static func copy(_ batch: GradientBatch, into copy: inout GradientBatch) {
        for (x, y) in [(batch.input, copy.input), (batch.outputGradient, copy.outputGradient)] {
            ActivationOperations.copy(x, into: y, panels: 0..<x.panelCount, channels: 0..<x.channels)
        }
        copy.samples = batch.samples
        copy.scale = batch.scale
    }
}
