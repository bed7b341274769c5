internal import Foundation
internal import SparseTraining

/// One line of a terminal that is drawn over and over: a bar, epoch, loss, accuracy (or another metric), that of the test after
/// the epoch before, samples a second, time left.
final class ProgressBar: TrainingObserver {
    /// Seconds between drawings.
    private static let interval = 0.1
    private var drawn = -1.0
    private var tested: Double?

    func stepDidEnd(_ progress: TrainingProgress) {
        guard progress.seconds - drawn >= Self.interval else { return }
        drawn = progress.seconds
        // A line as wide as the terminal would end on the next one.
        StandardError.draw(
            Self.line(progress, tested: tested, width: TerminalWidth.columns - 1))
    }

    func epochDidEnd(_ record: EpochRecord) { tested = record.test[record.train.values.first?.name ?? ""] }

    func runDidEnd(_ summary: TrainingSummary) { StandardError.draw("") }

    /// As much as fits into `width` columns: what matters least is left out first.
    static func line(_ progress: TrainingProgress, tested: Double?, width: Int) -> String {
        let done = Double(progress.step) / Double(max(progress.steps, 1))
        let left = done > 0 ? Int(min(progress.seconds * (1 - done) / done, 1e9)) : 0
        func bar(_ count: Int) -> String {
            let filled = min(Int(done * Double(count)), count)
            return "[" + String(repeating: "#", count: filled) + String(repeating: "-", count: count - filled) + "]"
        }
        func metric(_ metric: Scores.Value) -> String {
            let name = metric.name == "accuracy" ? "acc" : metric.name
            return metric.value.map { name + String(format: " %.4f", $0) } ?? ""
        }
        let time =
            left < 3600
            ? String(format: "%ld:%02ld left", left / 60, left % 60)
            : String(format: "%ld:%02ld:%02ld left", left / 3600, left / 60 % 60, left % 60)
        // In the order of the line; the higher the rank, the sooner it goes.
        var parts: [(rank: Int, text: String)] = [
            (6, bar(20)), (5, bar(8)),
            (0, "epoch \(progress.epoch)/\(progress.epochs)"),
            (2, String(format: "loss %.4f", progress.loss)), (4, metric(progress.metric)),
            (1, tested.map { String(format: "test %.4f", $0) } ?? ""),
            (7, String(format: "%.0f/s", progress.samplesPerSecond)), (3, time),
        ]
        parts.removeAll { $0.text.isEmpty }
        /// The line of the parts up to a rank; of the two bars the wider one that is left.
        func line(upTo rank: Int) -> String {
            parts.filter { $0.rank <= rank && !($0.rank == 5 && rank >= 6) }.map(\.text).joined(separator: "  ")
        }
        let fitting = (0...7).reversed().lazy.map(line(upTo:)).first { $0.count <= width }
        return fitting ?? String(line(upTo: 0).prefix(max(width, 0)))
    }
}
