/// When the next checkpoint is due.
struct CheckpointClock {
    private let epochs: Int?
    private let steps: Int?
    private let minutes: Double
    private var stopwatch = Stopwatch()
    private var lastStep: Int

    init(_ configuration: TrainingConfiguration, step: Int) {
        epochs = configuration.checkpointEpochs
        steps = configuration.checkpointSteps
        minutes = configuration.checkpointMinutes
        lastStep = step
    }

    /// Whether the last was so many minutes ago.
    var isTime: Bool { minutes > 0 && stopwatch.seconds >= 60 * minutes }

    /// After a batch that trained weights.
    /// - Parameter isTime: What the clock says that decides.
    func isDue(step: Int, isTime: Bool) -> Bool {
        if step == lastStep { return false }
        if let steps, step % steps == 0 { return true }
        return isTime
    }

    /// After an epoch.
    func isDue(epoch: Int) -> Bool { epochs.map { epoch % $0 == 0 } ?? false }

    mutating func wasWritten(step: Int) {
        stopwatch = Stopwatch()
        lastStep = step
    }
}
