internal import Foundation
internal import SparseData
internal import SparseTraining

/// What is trained and what the run is about to do, then plain lines for epochs: all where they are few, else every n-th and the last.
final class ProgressLines: TrainingObserver {
    /// So many epochs have a line each in a log.
    private static let mostInLog = 20
    /// So many have one above a bar, which has their numbers, too.
    private static let mostBesideBar = 10

    private let isWhole: Bool
    private let besideBar: Bool
    private let screen: Screen
    /// What is trained, in words and layer by layer.
    var trained: (text: String, layers: [TrainingSummary.Layer])?
    private var epochs = 0
    /// What samples are called.
    private var unit = "samples"
    private var shown: ShownEpochs?

    /// - Parameters:
    ///   - isWhole: A line for every epoch, however many there are.
    ///   - besideBar: A bar shows how far the run is.
    init(isWhole: Bool, besideBar: Bool, screen: Screen) {
        (self.isWhole, self.besideBar, self.screen) = (isWhole, besideBar, screen)
    }

    func dataWasOpened(_ source: DataSource) { unit = source.sampleUnit }

    func runWillBegin(_ plan: TrainingPlan) {
        epochs = plan.epochs
        var lines = screen.wrapped(PlanLine.text(plan))
        if let trained {
            let table = LayerTable.lines(trained.layers, isWhole: isWhole, screen: screen)
            lines = screen.wrapped(trained.text) + table + lines
        }
        for line in lines { StandardError.say(line) }
        if isWhole || (besideBar && epochs <= Self.mostBesideBar) {
            shown = ShownEpochs(epochs: epochs, most: epochs)
        } else if !besideBar {
            let some = ShownEpochs(epochs: epochs, most: Self.mostInLog)
            if let remark = some.remark { StandardError.say(remark) }
            shown = some
        }
    }

    func epochDidEnd(_ record: EpochRecord) {
        guard shown?.contains(record.epoch) == true else { return }
        StandardError.say(Self.line(record, epochs: epochs, unit: unit, screen: screen))
    }

    /// As much as fits: what matters least is left out first.
    static func line(_ record: EpochRecord, epochs: Int, unit: String = "samples", screen: Screen) -> String {
        let name = record.train.values.first?.name ?? ""
        func value(_ scores: Scores) -> String? { scores[name].map { String(format: " %.4f", $0) } }
        // In the order of the line; the higher the rank, the sooner it goes.
        var parts: [(rank: Int, text: String)] = [
            (0, "epoch \(record.epoch)/\(epochs)"), (4, "step \(record.step)"),
            (2, String(format: "loss %.4f", record.trainLoss)), (3, name + (value(record.train) ?? "")),
            (1, value(record.validation).map { "validation" + $0 } ?? ""),
            (0, value(record.test).map { "test" + $0 } ?? "no test samples"),
            (5, String(format: "%.0f %@/s", record.samplesPerSecond, unit)),
        ]
        parts.removeAll { $0.text.isEmpty }
        func line(upTo rank: Int) -> String { parts.filter { $0.rank <= rank }.map(\.text).joined(separator: "  ") }
        return (0...5).reversed().lazy.map(line(upTo:)).first { screen.fits($0.count) } ?? screen.cut(line(upTo: 0))
    }
}

/// Which epochs of a run have a line of their own.
struct ShownEpochs: Equatable {
    let epochs: Int
    /// Every n-th has one, and the last.
    let interval: Int

    /// - Parameter most: There are no more lines than that: the interval is the least of 1, 2, 5, 10, 20, ... that does.
    init(epochs: Int, most: Int) {
        self.epochs = epochs
        var (interval, next) = (1, [2, 5, 10])
        while interval * max(most, 1) < epochs {
            interval = next.removeFirst()
            if next.isEmpty { next = [2 * interval, 5 * interval, 10 * interval] }
        }
        self.interval = interval
    }

    func contains(_ epoch: Int) -> Bool { epoch.isMultiple(of: interval) || epoch == epochs }

    /// What is said about those that have none.
    var remark: String? {
        interval == 1 ? nil : "every \(interval)\(interval == 2 ? "nd" : "th") epoch is shown; --verbose shows all"
    }
}

/// What a run is about to do, in one line: its length, and what was derived from that.
enum PlanLine {
    static func text(_ plan: TrainingPlan) -> String {
        var parts = ["\(plan.steps) steps in \(plan.epochs) epochs"]
        if let interval = plan.topologyInterval {
            parts.append("\(plan.topologyUpdates) topology updates, at first every \(interval) steps")
        } else {
            parts.append("no topology updates")
        }
        parts.append(
            String(format: "learning rate %g", plan.learningRate)
                + (plan.warmupSteps > 0 ? " after \(plan.warmupSteps) steps of warm-up" : "")
                + (plan.clipNorm.map { String(format: ", gradient norm at most %g", $0) } ?? ""))
        return parts.joined(separator: "; ")
    }
}
