internal import Foundation
internal import SparseTraining

extension Report {
    /// What `--dry-run` prints.
    static func text(_ estimate: RunEstimate) -> String {
        func megabytes(_ bytes: Double) -> String { String(format: "%.1f MB", bytes / 1e6) }
        let layers = estimate.layers.map { layer in
            String(
                format: "  %@  %@  density %.4f  %ld weights  %.0f FLOPs a sample  about %@", layer.name,
                layer.shape.map(String.init).joined(separator: " x "), layer.density, layer.nonzeros,
                layer.flopsPerSample, megabytes(layer.bytes))
        }
        return
            ([
                "\(estimate.model): \(estimate.nonzeros) of \(estimate.positions) weights stored, \(estimate.parameters) "
                    + "parameters with biases and normalisation, \(estimate.steps) steps in \(estimate.epochs) epochs, "
                    + (estimate.topologyInterval.map {
                        "\(estimate.topologyUpdates) topology updates, at first every \($0) steps"
                    } ?? "no topology updates")
            ] + layers + [
                String(format: "forward pass: %.0f FLOPs a sample", estimate.flopsPerSample),
                "memory: about \(megabytes(estimate.weightBytes)) for weights and \(megabytes(estimate.activationBytes)) for "
                    + "activations"
                    + (estimate.keptBatchBytes > 0
                        ? ", \(megabytes(estimate.keptBatchBytes)) for the batches that an update looks back at" : "")
                    + "; the machine has \(megabytes(Double(estimate.machineBytes)))"
                    + (estimate.fits ? "" : ": too little"),
            ]).joined(separator: "\n")
    }
}
