internal import Foundation
internal import SparseTraining

/// A run's result as text.
enum Report {
    /// - Parameters:
    ///   - unit: What samples are called.
    ///   - canGoOn: The folder has a checkpoint.
    ///   - isWhole: A row for every layer, however many there are.
    static func text(
        _ summary: TrainingSummary, unit: String = "samples", folder: String?, canGoOn: Bool = true,
        isWhole: Bool = false,
        screen: Screen = Screen()
    ) -> String {
        var lines = [
            String(
                format: "%@, %@ on %@: %ld weights stored, density %.4f, %ld topology updates", summary.method,
                summary.model, summary.data, summary.nonzeros, summary.density, summary.topologyUpdates),
            String(
                format: "%ld steps in %.2f s, %.0f %@/s, peak memory %.1f MB, training FLOPs %.4f of dense",
                summary.steps, summary.seconds, summary.samplesPerSecond, unit, Double(summary.peakRSSBytes) / 1e6,
                summary.trainFLOPsRatio),
        ].flatMap { screen.wrapped($0) }
        if let communication = summary.communication { lines += screen.wrapped(text(communication)) }
        lines.insert(contentsOf: screen.wrapped(results(summary)).map { screen.ink($0, .good) }, at: 0)
        lines += LayerTable.lines(summary.layers, isWhole: isWhole, screen: screen)
        if let folder { lines.append("run folder: \(folder)") }
        if summary.interrupted {
            let said = "interrupted in epoch \(summary.epochs), after \(summary.steps) steps"
            lines.insert(screen.ink(said, .doubtful), at: 0)
            if let folder, canGoOn { lines.append("to go on: sparsetrain --resume --out \(ShellWord.quoted(folder))") }
        }
        return lines.joined(separator: "\n")
    }

    private static func text(_ sent: TrainingSummary.Communication) -> String {
        String(
            format: "%ld processes, %ld shards: %ld bytes of sums a step, %.3f for each stored weight; "
                + "growth looked at sums of %ld bytes, dense gradients are %ld",
            sent.processes, sent.shards, sent.gradientBytesPerStep, sent.bytesPerStoredWeight, sent.growthBytes,
            sent.denseGradientBytes)
    }

    private static func results(_ summary: TrainingSummary) -> String {
        guard let loss = summary.testLoss else { return "no test samples" }
        return "test " + scores(summary.test).joined(separator: "  ") + String(format: "  loss %.4f", loss)
    }

    /// "accuracy 0.9746", "top-5 0.9990" and so on, what was measured.
    static func scores(_ scores: Scores) -> [String] {
        scores.values.compactMap { score in
            score.value.map { (score.name == "top5" ? "top-5" : score.name) + String(format: " %.4f", $0) }
        }
    }
}

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
                    + (estimate.pruningBytes > 0
                        ? "; before that \(megabytes(estimate.pruningBytes)) for the pruning, which chooses what is stored in each layer"
                        : "")
                    + "; the process may use \(megabytes(Double(estimate.machineBytes)))"
                    + (estimate.fits ? "" : ": too little"),
            ]).joined(separator: "\n")
    }
}
