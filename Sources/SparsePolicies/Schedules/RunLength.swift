/// How long a training is, for everything that is placed relative to its end.
public struct RunLength: Sendable, Equatable {
    /// Weight updates of the whole training.
    public let steps: Int
    /// Weight updates of one epoch.
    public let stepsPerEpoch: Int

    public init(steps: Int, stepsPerEpoch: Int) {
        precondition(steps > 0 && stepsPerEpoch > 0, "a training has at least one step")
        self.steps = steps
        self.stepsPerEpoch = stepsPerEpoch
    }
}
