internal import Foundation
internal import SparseTraining

/// One line of a terminal that is drawn over and over: a bar, epoch, loss, accuracy, samples a second, time left.
final class ProgressBar: TrainingObserver {
    /// Seconds between drawings.
    private static let interval = 0.1
    private var drawn = -1.0

    func stepDidEnd(_ progress: TrainingProgress) {
        guard progress.seconds - drawn >= Self.interval else { return }
        drawn = progress.seconds
        StandardError.write("\r" + Self.line(progress) + "\u{1B}[K")
    }

    func runDidEnd(_ summary: TrainingSummary) {
        StandardError.write("\r\u{1B}[K")
    }

    static func line(_ progress: TrainingProgress) -> String {
        let done = Double(progress.step) / Double(max(progress.steps, 1))
        let filled = Int(done * 20)
        let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: 20 - filled)
        let left = done > 0 ? Int(progress.seconds * (1 - done) / done) : 0
        return String(
            format: "[%@] epoch %ld/%ld  loss %.4f  acc %.4f  %.0f/s  %ld:%02ld left", bar, progress.epoch,
            progress.epochs, progress.loss, progress.accuracy, progress.samplesPerSecond, left / 60, left % 60)
    }
}
