extension Trainer {
    /// What was sent so far; nil for one process alone.
    var communication: TrainingSummary.Communication? {
        guard let processes else { return nil }
        let (gradients, growth) = (processes.gradients, processes.growth)
        let each = gradients.bytesReduced / max(stepsHere, 1)
        return TrainingSummary.Communication(
            processes: processes.count, shards: setup.shards.count, gradientBytesPerStep: each,
            bytesPerStoredWeight: Double(each) / Double(max(topology.stored.reduce(0, +), 1)),
            gradientBytesSent: gradients.bytesSent, growthBytes: growth.bytesReduced,
            growthBytesSent: growth.bytesSent, denseGradientBytes: processes.denseGradientBytes)
    }
}
