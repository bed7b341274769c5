internal import Foundation
internal import SparseModels
internal import SparsePolicies
internal import SparseStore

/// About how much memory a run needs, known before anything is allocated.
struct MemoryEstimate {
    /// Values, gradient, momentum, indices, transposed view, and the lists that a topology update makes: measured 20 to
    /// 48 bytes for each stored weight.
    static let bytesPerWeight = 48.0
    /// Stores number their weights with 32 bits.
    static let mostWeights = Int(Int32.max)

    let weights: Double
    /// What the network allocates for the outputs of its layers and their gradients, and the inputs of so many batches.
    let activations: Double
    /// What is kept of older batches for the next topology update.
    let keptBatches: Double
    /// What a pruning of the dense random network needs before the network is made.
    var pruning = 0.0
    var total: Double { max(weights + activations + keptBatches, pruning) }

    /// - Parameters:
    ///   - sums: Sums of gradients that are held beside the gradients.
    ///   - keptBatches: batches of which what the layers at `keptLayers` (places in the model's weights) see is kept.
    /// - Throws: `ConfigurationError` for a layer with more weights than a store can number.
    init(
        _ budgets: [LayerBudget], model: Model, batchSize: Int, inputBatches: Int, keptBatches: Int = 0,
        keptLayers: [Int] = [], sums: Int = 0
    ) throws(ConfigurationError) {
        for budget in budgets where budget.storedCount > Self.mostWeights {
            throw .rejected(
                reason: "layer \(budget.name) would store \(budget.storedCount) weights, a layer can store "
                    + "\(Self.mostWeights); lower --density or the sizes of --model")
        }
        weights = budgets.map { (Self.bytesPerWeight + 4 * Double(sums)) * Double($0.storedCount) }.reduce(0, +)
        let inputs = Double(inputBatches) * Double(model.inputByteCount(batchSize: batchSize))
        activations = Double(model.activationByteCount(batchSize: batchSize)) + inputs
        let pairs = keptBatches > 0 ? model.gradientPairByteCounts(batchSize: batchSize) : []
        self.keptBatches = keptLayers.reduce(0) { $0 + Double(keptBatches) * Double(pairs.isEmpty ? 0 : pairs[$1]) }
    }

    /// - Throws: `ConfigurationError` when the process may not use as much.
    func check(available: UInt64 = ProcessLimits.memory) throws(ConfigurationError) {
        guard total > Double(available) else { return }
        func gigabytes(_ bytes: Double) -> String { String(format: "%.1f GB", bytes / 1e9) }
        let kept =
            keptBatches > 0 ? ", \(gigabytes(keptBatches)) for the batches that an update looks back at" : ""
        if pruning == total {
            throw .rejected(
                reason: "the pruning before the run needs about \(gigabytes(pruning)), the process may use "
                    + "\(gigabytes(Double(available))); lower --density, --prune-samples or the sizes of --model")
        }
        let window = keptBatches > 0 ? ", --grow-window or --grad-accumulation," : ""
        throw .rejected(
            reason: "the run needs about \(gigabytes(weights)) for weights and \(gigabytes(activations)) for "
                + "activations\(kept), the process may use \(gigabytes(Double(available))); lower --density, "
                + "--batch-size\(window) or the sizes of --model")
    }
}
