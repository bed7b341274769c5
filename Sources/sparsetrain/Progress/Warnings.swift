internal import SparseTraining

/// Says on standard error what went wrong without ending the run.
final class Warnings: TrainingObserver {
    func warningWasRaised(_ record: WarningRecord) {
        StandardError.say("sparsetrain: warning: \(record.message)")
    }

    func batchWasSkipped(_ error: TrainingError) {
        StandardError.say("sparsetrain: \(error); this batch is left out")
    }

    func writingFailed(_ error: TrainingError) {
        StandardError.say("sparsetrain: \(error); the run goes on")
    }
}
