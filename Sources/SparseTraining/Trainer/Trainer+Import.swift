internal import SparseModels

/// Runs of no steps.
extension Trainer {
    /// What was taken from the file that the run begins from (`initFrom`, `maskFrom`); nil without one.
    public var importReport: ImportReport? { setup.importReport }

    /// Writes the network as it is now into the run folder, as a run does that is over, and returns what it comes to on the
    /// test samples. The run can be gone on with; nothing was trained.
    /// - Throws: As `run`.
    public func keepUntrained() throws -> TrainingSummary {
        try runWithoutSteps {
            try warnOfLostPaths()
            // A run that goes on looks for what the optimiser keeps.
            for parameter in network.parameters { parameter.reserveStates(setup.optimizer.states) }
            let record = try record(MetricSums(), seconds: 1)
            try saveCheckpoint()
            var summary = summary(record)
            (summary.samplesPerSecond, summary.interrupted) = (0, false)
            try tell { try $0.runDidEnd(summary) }
            return summary
        }
    }
}
