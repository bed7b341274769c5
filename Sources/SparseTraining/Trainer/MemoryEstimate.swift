internal import Foundation
internal import SparseModels
internal import SparsePolicies

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

    /// - Throws: `ConfigurationError` for a layer with more weights than a store can number.
    init(
        _ budgets: [LayerBudget], model: Model, batchSize: Int, inputBatches: Int
    ) throws(ConfigurationError) {
        for budget in budgets where budget.storedCount > Self.mostWeights {
            throw .rejected(
                reason: "layer \(budget.name) would store \(budget.storedCount) weights, a layer can store "
                    + "\(Self.mostWeights); lower --density or the sizes of --model")
        }
        weights = budgets.map { Self.bytesPerWeight * Double($0.storedCount) }.reduce(0, +)
        let inputs = Double(inputBatches) * Double(model.inputByteCount(batchSize: batchSize))
        activations = Double(model.activationByteCount(batchSize: batchSize)) + inputs
    }

    /// - Throws: `ConfigurationError` when the machine does not have as much.
    func check(available: UInt64 = ProcessInfo.processInfo.physicalMemory) throws(ConfigurationError) {
        guard weights + activations > Double(available) else { return }
        func gigabytes(_ bytes: Double) -> String { String(format: "%.1f GB", bytes / 1e9) }
        throw .rejected(
            reason: "the run needs about \(gigabytes(weights)) for weights and \(gigabytes(activations)) for "
                + "activations, the machine has \(gigabytes(Double(available))); lower --density, --batch-size or the "
                + "sizes of --model")
    }
}
