public import SparseParts

extension Parts {
    /// Makes a loss from settings.
    public typealias MakeLoss = @Sendable (Settings) -> any Loss

    /// The losses known by name: a new one is a file beside this and a line here.
    public static let losses = Registry<MakeLoss>(
        "loss",
        [
            .init("cross-entropy", "softmax cross-entropy", options: [\.labelSmoothing]) {
                SoftmaxCrossEntropy(labelSmoothing: Float($0.labelSmoothing))
            },
            .init("mse", "mean squared error") { _ in MeanSquaredError() },
            .init("mae", "mean absolute error") { _ in MeanAbsoluteErrorLoss() },
            .init("huber", "squared error near the target, absolute error far from it", options: [\.huberDelta]) {
                HuberLoss(delta: Float($0.huberDelta))
            },
            .init("binary-cross-entropy", "cross-entropy of each label by itself") { _ in BinaryCrossEntropy() },
        ])
}

extension Options {
    /// What is minimised. Where it is not said, what suits the targets: cross-entropy, mse for numbers, binary-cross-entropy for labels.
    public var loss: Option<String> {
        Option(
            "loss", .optimisation, "NAME", .oneOf(Parts.losses.names), default: "cross-entropy",
            inWords: "what suits the task",
            "what is minimised")
    }
}
