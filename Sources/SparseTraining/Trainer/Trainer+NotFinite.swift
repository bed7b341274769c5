internal import Foundation
internal import SparseModels
internal import SparsePolicies
internal import SparseStore

/// What the weight update of a batch that is to be skipped must not leave behind.
struct Undo {
    private let updateCount: Int
    private let buffers: [[Float]]

    init(_ network: Network) {
        updateCount = network.updateCount
        buffers = network.buffers.map(\.buffer.array)
    }

    func apply(to network: Network) {
        network.updateCount = updateCount
        for (buffer, old) in zip(network.buffers, buffers) {
            _ = buffer.buffer.elements.update(fromContentsOf: old)
        }
    }
}

extension Trainer {
    /// What of a batch was not finite, in words; nil for other errors.
    func notFinite(_ error: any Error) -> String? {
        switch error {
        case TrainingError.notFinite(let what, _, _): what
        case PolicyError.nonFiniteWeight(let layer, let position): "the weight at position \(position) of \(layer)"
        case PolicyError.store(let layer, .nonFiniteGradient(let position)):
            "the gradient at position \(position) of \(layer)"
        default: nil
        }
    }

    /// Weights, connections and the state of optimiser and method as of the latest checkpoint; the order of the data and
    /// the metrics go on from here, for the same batches would end the same way.
    func rollBack() throws {
        let path = (checkpoints?.latest).map(\.relativePath) ?? CheckpointFolder.latestName
        do {
            let file = try processes?.checkpoint(of: folder) ?? SafetensorsFile(path: path)
            let checkpoint = try CheckpointMetadata.state(of: file)
            try NetworkRestorer(
                file: file, network: network, states: setup.optimizer.states, overriding: false
            ).restore()
            state.rollBack(to: checkpoint.run)
            try restoreNetwork(checkpoint, from: file)
            _ = topology.history.restore([])
        } catch let error as SafetensorsFile.Damage {
            throw TrainingError.damagedCheckpoint(path: path, reason: error.description)
        }
    }
}

extension Network {
    /// The first thing of the last batch that is not finite: a layer's output, or else the loss.
    var firstNotFinite: String { firstNotFiniteOutput().map { "the output of \($0)" } ?? "the loss" }
}
