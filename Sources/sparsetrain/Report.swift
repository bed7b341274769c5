internal import Foundation
internal import SparseTraining

/// A run's result as text.
enum Report {
    /// - Parameter canGoOn: The folder has a checkpoint.
    static func text(_ summary: TrainingSummary, folder: String?, canGoOn: Bool = true) -> String {
        var lines = [
            results(summary),
            String(
                format: "%@, %@ on %@: %ld weights stored, density %.4f, %ld topology updates", summary.algorithm,
                summary.model, summary.data, summary.nonzeros, summary.density, summary.topologyUpdates),
            String(
                format: "%ld steps in %.2f s, %.0f samples/s, peak memory %.1f MB, training FLOPs %.4f of dense",
                summary.steps, summary.seconds, summary.samplesPerSecond, Double(summary.peakRSSBytes) / 1e6,
                summary.trainFLOPsRatio),
        ]
        lines += summary.layers.map { layer in
            let shape = layer.shape.map(String.init).joined(separator: " x ")
            return String(
                format: "  %@  %@  density %.4f  %ld weights  %@", layer.name, shape, layer.density, layer.nonzeros,
                layer.format)
        }
        if let folder { lines.append("run folder: \(folder)") }
        if summary.interrupted {
            lines.insert("interrupted in epoch \(summary.epochs), after \(summary.steps) steps", at: 0)
            if let folder, canGoOn { lines.append("to go on: sparsetrain --resume --out \(ShellWord.quoted(folder))") }
        }
        return lines.joined(separator: "\n")
    }

    private static func results(_ summary: TrainingSummary) -> String {
        guard let accuracy = summary.testAccuracy, let loss = summary.testLoss else { return "no test samples" }
        return String(format: "test accuracy %.4f", accuracy)
            + (summary.testTop5.map { String(format: "  top-5 %.4f", $0) } ?? "") + String(format: "  loss %.4f", loss)
    }
}
