public import SparseParts

extension Parts {
    /// The metrics known by name, in the order in which they are reported: a new one is a file beside this and a line here.
    public static let metrics = Registry<any Metric>(
        "metric",
        [
            .init("perplexity", "exp of the mean loss, for a cross-entropy", Perplexity()),
            .init("bits_per_character", "mean loss of a token in bits, for a cross-entropy", BitsPerCharacter()),
            .init("accuracy", "share of samples whose class has the largest output", TopAccuracy(1)),
            .init("top5", "share of samples whose class is among the five largest outputs", TopAccuracy(5)),
            .init("explained", "share of the variance of all outputs together that is explained", ExplainedVariance()),
            .init("r2", "coefficient of determination, mean over the outputs", RSquared()),
            .init("rmse", "root of the mean squared error", RootMeanSquaredError()),
            .init("mae", "mean absolute error", MeanAbsoluteError()),
            .init("f1_macro", "F1 score of each label, their mean", F1Score(.macro)),
            .init("f1_micro", "F1 score of all labels together", F1Score(.micro)),
            .init("label_accuracy", "share of labels that are right", LabelAccuracy()),
            .init("exact_match", "share of samples all of whose labels are right", ExactMatch()),
        ])
}

extension Options {
    /// What is measured beside the loss; the first chooses the best epoch. None: what is usual for the targets.
    public var metrics: Option<[String]> {
        Option(
            "metrics", .run, "NAME,...", .oneOf(Parts.metrics.names),
            inWords: "what is usual for the targets", carryOver: .refused,
            "what is measured beside the loss; the first chooses the best epoch")
    }
}
