internal import SparseTraining

/// Says on standard error what went wrong without ending the run.
final class Warnings: TrainingObserver {
    func warningWasRaised(_ record: WarningRecord) {
        StandardError.write("sparsetrain: warning: \(record.message)\n")
    }

    func batchWasSkipped(_ error: TrainingError) {
        StandardError.write("sparsetrain: \(error); this batch is left out\n")
    }

    func writingFailed(_ error: TrainingError) {
        StandardError.write("sparsetrain: \(error); the run goes on\n")
    }
}
