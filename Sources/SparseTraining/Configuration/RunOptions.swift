public import SparseParts

// How long a run is, on which samples, where it is written and how safely.

extension Options {
    /// Training samples used, drawn under the seed; all without it.
    public var trainSamples: Option<Int?> {
        Option(
            "train-samples", .data, "N", .count, inWords: "all", carryOver: .refused,
            "training samples used, drawn at random under the seed")
    }

    /// Part of the training samples that is held out to validate.
    public var validationFraction: Option<Double> {
        Option(
            "validation-fraction", .data, "F", .belowOne, default: 0, carryOver: .refused,
            "part of the training samples held out to validate")
    }

    /// Epochs without a better validation result after which a run ends.
    public var patience: Option<Int?> {
        Option(
            "patience", .optimisation, "EPOCHS", .count, inWords: "none",
            "end after so many epochs without a better validation result, by the first metric"
        ).refused(with: [\.validationFraction], "there are no validation samples to be better on: give that, too") {
            $0.patience != nil && $0.validationFraction == 0
        }
    }

    /// Which network a run that is over comes to.
    public var result: Option<RunResult> {
        Option(
            "result", .run, "WHICH", .choice, default: .last,
            "the network that the run comes to: that of the last epoch, or of the best by validation samples"
        ).refused(with: [\.validationFraction], "there are no validation samples to be best on: give that, too") {
            $0.result == .best && $0.validationFraction == 0
        }
    }

    /// Passes over the training data. Without `epochs` and `steps`: `TrainingConfiguration.defaultEpochs`.
    public var epochs: Option<Int?> {
        Option(
            "epochs", .optimisation, "N", .count, inWords: "\(TrainingConfiguration.defaultEpochs)",
            "passes over the training data"
        ).refused(with: [\.steps], "set one of them") { $0.epochs != nil && $0.steps != nil }
    }

    /// Weight updates; takes the place of `epochs`.
    public var steps: Option<Int?> {
        Option("steps", .optimisation, "N", .count, "weight updates, in place of --epochs")
    }

    /// Samples in a batch; of a text windows.
    public var batchSize: Option<Int> {
        Option("batch-size", .optimisation, "SAMPLES", .count, default: 32, "samples in a batch; of a text windows")
    }

    /// Batches whose gradients are summed before the weights are updated.
    public var microBatches: Option<Int> {
        Option(
            "micro-batches", .optimisation, "N", .count, default: 1,
            "batches that one weight update follows, the mean over all their samples")
    }

    /// Parts of a batch whose gradients are summed, wherever they were computed.
    public var shards: Option<Int> {
        Option(
            "shards", .optimisation, "N", .count, default: 1,
            "parts of a batch, each with its own batch statistics, that processes share: a multiple of their number")
    }

    /// Leaves out the last batch of an epoch when it is not full.
    public var dropLast: Option<Bool> {
        Option(
            "drop-last", .optimisation, "", .flag, default: false, "leave out an epoch's last partial batch")
    }

    /// Key of every random number of the run.
    public var seed: Option<UInt64> {
        Option("seed", .run, "N", .seed, default: 0, carryOver: .refused, "key of every random number")
    }

    /// Threads that compute; without it as many as the process may use processors. It changes no result.
    public var threads: Option<Int?> {
        Option(
            "threads", .run, "N", .threads, inWords: "all cores it may use", carryOver: .free,
            "threads that compute; changes no result")
    }

    /// Run folder; nothing is written without it.
    public var out: Option<String?> {
        Option(
            "out", .run, "FOLDER", .text("a folder"), inWords: "runs/TIME-METHOD", carryOver: .free, "run folder")
    }

    /// Whether the run's TensorBoard file gets histograms of weights and of fan-in after each epoch.
    public var histograms: Option<Bool> {
        Option(
            "histograms", .run, "", .flag, default: false, carryOver: .free,
            "histograms of weights and fan-in after each epoch, for TensorBoard")
    }

    /// Whether the run folder gets a `report.html` when the run is over.
    public var report: Option<Bool> {
        Option(
            "report", .run, "", .flag, default: true, carryOver: .free,
            "write report.html, a page with curves and topology, when the run is over")
    }

    /// Epochs from one checkpoint to the next.
    public var checkpointEpochs: Option<Int?> {
        Option(
            "checkpoint-epochs", .safety, "N", .count, carryOver: .free, "epochs between two checkpoints")
    }

    /// Weight updates from one checkpoint to the next.
    public var checkpointSteps: Option<Int?> {
        Option(
            "checkpoint-steps", .safety, "N", .count, carryOver: .free, "weight updates between two checkpoints")
    }

    /// Minutes from one checkpoint to the next; 0 for none by the clock.
    public var checkpointMinutes: Option<Double> {
        Option(
            "checkpoint-minutes", .safety, "MINUTES", .minutes, default: 5, carryOver: .free,
            "minutes between two checkpoints, 0 for none by the clock")
    }

    /// Checkpoints kept: the last so many, and the best.
    public var keptCheckpoints: Option<Int> {
        Option(
            "keep-checkpoints", .safety, "N", .count, default: 1, carryOver: .free,
            "the last checkpoints to keep, beside the best one")
    }

    /// What a number that is not finite means: stop, skip (the batch), rollback (to the last checkpoint).
    public var onNonFinite: Option<NonFiniteAction> {
        Option(
            "on-nonfinite", .safety, "NAME", .choice, default: .stop,
            "when a number of a training batch is not finite")
    }

    /// What a checkpoint or metrics that cannot be written mean: warn, stop.
    public var onWriteFailure: Option<WriteFailureAction> {
        Option(
            "on-write-failure", .safety, "NAME", .choice, default: .warn, carryOver: .free,
            "when a checkpoint or the metrics cannot be written")
    }
}

/// Which network a run comes to.
public enum RunResult: String, OptionChoice {
    /// That of the last epoch.
    case last
    /// That of the epoch with the best result on the validation samples.
    case best
}

/// What a run does when a number of a training batch is not finite.
public enum NonFiniteAction: String, OptionChoice {
    /// Ends with an error that names the first layer where it shows.
    case stop
    /// Leaves the batch out.
    case skip
    /// Goes back to the last checkpoint, and leaves the batch out from there.
    case rollback
}

/// What a run does when a checkpoint or the metrics cannot be written.
public enum WriteFailureAction: String, OptionChoice {
    /// Warns and goes on.
    case warn
    /// Ends with the error.
    case stop
}
