internal import Foundation
internal import SparseTraining

/// One plain line an epoch, for logs.
final class ProgressLines: TrainingObserver {
    private var epochs = 0

    func runWillBegin(_ plan: TrainingPlan) {
        epochs = plan.epochs
        StandardError.say(PlanLine.text(plan))
    }

    func epochDidEnd(_ record: EpochRecord) {
        StandardError.say(Self.line(record, epochs: epochs))
    }

    static func line(_ record: EpochRecord, epochs: Int) -> String {
        let name = record.train.values.first?.name ?? ""
        func value(_ scores: Scores) -> String? { scores[name].map { String(format: " %.4f", $0) } }
        let validation = value(record.validation).map { "  validation" + $0 } ?? ""
        let test = value(record.test).map { "  test" + $0 } ?? "  no test samples"
        return String(
            format: "epoch %ld/%ld  step %ld  loss %.4f  %@%@%@%@  %.0f samples/s", record.epoch, epochs,
            record.step, record.trainLoss, name, value(record.train) ?? "", validation, test, record.samplesPerSecond)
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
