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
        ])
}

extension Options {
    /// What is minimised: cross-entropy, mse.
    public var loss: Option<String> {
        Option(
            "loss", .optimisation, "NAME", .oneOf(Parts.losses.names), default: "cross-entropy", "what is minimised")
    }
}
