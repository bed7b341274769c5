package import SparseModels

/// What a run of a sweep measured, beside the dense network that it is compared with.
package struct SweepOutcome: Sendable {
    /// All parameters of the dense network over those of this one, biases and normalisation included.
    package var compression: Double
    /// Multiplications of a sample's forward pass through the dense network over those through this one.
    package var speedup: Double
    /// Stored weights over positions of its own layers.
    package var density: Double
    /// Stored weights.
    package var nonzeros: Int
    /// Parameters of the network that comes of it: weights that its forward pass uses, biases, normalisation.
    package var parameters: Int
    /// Everything that the dense network trains.
    package var referenceParameters: Int
    /// Epochs begun.
    package var epochs: Int
    /// Weight updates done.
    package var steps: Int
    /// Loss and metrics of the test samples, after the last epoch.
    package var test: Scores
    /// Operations of training over those of as many steps of the dense network.
    package var trainFLOPsRatio: Double
    /// Wall time, evaluations included.
    package var seconds: Double
    /// Training samples over the time of training alone.
    package var samplesPerSecond: Double
    /// Largest resident size of the process; nil where it did not say.
    package var peakRSSBytes: Int?

    /// Nil of a run that measured nothing, or is not at its end.
    init?(_ run: SweepRun, _ state: SweepState) {
        guard let need = run.need else { return nil }
        let summary: TrainingSummary
        var record: EpochRecord?
        switch state {
        case .done(let finished): summary = finished.summary
        case .stopped(let epoch, let finished?): (summary, record) = (finished.summary, epoch)
        case .stopped(_, nil), .pending, .failed: return nil
        }
        // A run that is given up goes a little further than the epoch by which that was decided.
        nonzeros = record?.nonzeros ?? summary.nonzeros
        density = record?.density ?? summary.density
        parameters = summary.parameters - (summary.backwardNonzeros ?? summary.nonzeros) + nonzeros
        epochs = record?.epoch ?? summary.epochs
        steps = record?.step ?? summary.steps
        test = record?.test ?? summary.test
        seconds = record?.seconds ?? summary.seconds
        samplesPerSecond = record?.samplesPerSecond ?? summary.samplesPerSecond
        peakRSSBytes = summary.peakRSSBytes
        referenceParameters = need.referenceParameters
        compression = Double(need.referenceParameters) / Double(parameters)
        trainFLOPsRatio =
            (record?.trainFLOPsRatio ?? summary.trainFLOPsRatio) * need.ownFLOPs / need.referenceFLOPs
        let flops = summary.layers.map { Double($0.nonzeros) * (need.flopsPerWeight[$0.name] ?? 0) }.reduce(0, +)
        speedup = flops > 0 ? need.referenceFLOPs / flops : .infinity
    }
}
