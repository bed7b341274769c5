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
        let validation = record.validationAccuracy.map { String(format: "  validation %.4f", $0) } ?? ""
        let test = record.testAccuracy.map { String(format: "  test %.4f", $0) } ?? "  no test samples"
        return String(
            format: "epoch %ld/%ld  step %ld  loss %.4f  accuracy %.4f%@%@  %.0f samples/s", record.epoch, epochs,
            record.step, record.trainLoss, record.trainAccuracy, validation, test, record.samplesPerSecond)
    }
}
