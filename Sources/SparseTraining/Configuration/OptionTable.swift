internal import SparseStore

extension TrainingOption {
    /// Every option. A new one is one line here and one field of `TrainingConfiguration`.
    public static let all: [TrainingOption] = method + model + data + optimisation + run + safety

    /// The option of this name.
    /// - Throws: `ConfigurationError.unknownOption` with the nearest name there is.
    public static func named(_ name: String) throws(ConfigurationError) -> TrainingOption {
        if let option = all.first(where: { $0.name == name || $0.aliases.contains(name) }) { return option }
        throw .unknownOption(name: name, nearest: NearestName.of(name, among: all.flatMap(\.spellings)))
    }

    /// The option that `no-` and its name switches off.
    public static func negated(by name: String) -> TrainingOption? {
        all.first { $0.negation != nil && name == "no-" + $0.name }
    }

    private static let preset = "the method's"

    private static let method: [TrainingOption] = [
        .init(
            "algo", \.algorithm, .method, "NAME", .oneOf(Names.algorithms), aliases: ["method"],
            "method that moves connections, see sparsetrain methods"),
        .init("density", \.density, .method, "D", .density, "stored weights over positions of all sparse layers"),
        .init(
            "sparsity", \.sparsity, .method, "S", .belowOne, default: "1 - --density", isRecorded: false,
            "positions of all sparse layers without a weight, in place of --density"),
        .init(
            "distribution", \.distribution, .method, "NAME", .oneOf(Names.distributions),
            default: preset, "how the density is spread over the layers"),
        .init(
            "sampling", \.sampling, .method, "NAME", .oneOf(Names.samplings), default: preset,
            "how a layer's density becomes a number of weights"),
        .init("erk-power", \.erkPower, .method, "P", .power, default: "1", "power of the Erdos-Renyi ratio"),
        .init(
            "epsilon", \.epsilon, .method, "E", .positive,
            "layer density = E (in + out) / (in out), in place of --density"),
        .init(
            "layer-density", \.layerDensities, .method, "NAME=D,...", .layerDensity,
            "densities by layer name (* for any text), the first match counts"),
        .init(
            "dense-layers", \.denseLayers, .method, "NAME,...", .text("layer names"),
            "layers kept dense, by name (* for any text)"),
        .init(
            "block", \.blocks, .method, "SIDE,...", .block,
            "layers stored in blocks of 4, 8 or 16 a side; NAME=SIDE for some"),
        .init(
            "nm", \.nm, .method, "N:M,...", .nm,
            "layers that store N of every M consecutive inputs; NAME=N:M for some"),
        .init(
            "constant-fan-in", \.constantFanIn, .method, "NAME,...", .text("layer names"),
            "layers that store as many weights for every output, by name (* for any text)"),
        .init(
            "dense-switch", \.denseSwitch, .method, "", .flag,
            "layers that are full and stay so are stored dense, which is faster"),
        .init(
            "delta-t", \.deltaT, .method, "STEPS", .updatePeriod, default: preset + ", shorter in short runs",
            "weight updates between two topology updates, or epoch, 5epochs"),
        .init(
            "drop-fraction", \.dropFraction, .method, "F", .fraction, default: preset,
            "share of a layer's weights replaced at first"),
        .init(
            "drop-schedule", \.dropSchedule, .method, "NAME", .oneOf(Names.dropSchedules), default: preset,
            "how that share changes"),
        .init("drop-floor", \.dropFloor, .method, "F", .fraction, default: preset, "share it does not undercut"),
        .init(
            "drop-power", \.dropPower, .method, "P", .positivePower, default: preset, "exponent of the schedule power"),
        .init(
            "soft-bound", \.softBound, .method, "", .flag, default: preset,
            "more than --density is stored at first, by the drop fraction (mest)"),
        .init("drop-rule", \.dropRule, .method, "NAME", .oneOf(Names.dropRules), default: preset, "which weights go"),
        .init(
            "drop-lambda", \.dropLambda, .method, "L", .notNegative, default: preset,
            "weight of the gradient in the drop rule sensitivity"),
        .init(
            "drop-threshold", \.dropThreshold, .method, "W", .positive, default: preset,
            "where the controlled drop threshold starts"),
        .init(
            "drop-target", \.dropTarget, .method, "F", .fraction, default: preset,
            "share of all positions that it aims to drop at an update, at most ten times that of the stored"),
        .init(
            "grow-rule", \.growRule, .method, "NAME", .oneOf(Names.growRules), default: preset,
            "which positions come"),
        .init(
            "grow-momentum", \.growMomentum, .method, "M", .belowOne, default: "the optimiser's",
            "coefficient of the grow rule momentum"),
        .init(
            "grow-window", \.growWindow, .method, "BATCHES", .count, default: preset,
            "batches from which it replays the momentum"),
        .init(
            "begin-step", \.beginStep, .method, "STEPS", .countOrNone, default: preset,
            "weight updates before the topology first changes"),
        .init(
            "end-fraction", \.endFraction, .method, "F", .fraction, default: preset,
            "part of the run after which it changes no more"),
        .init(
            "grad-accumulation", \.gradientAccumulation, .method, "BATCHES", .count, default: preset,
            "batches whose dense gradients are averaged to choose growth"),
        .init(
            "initial-density", \.initialDensity, .method, "D", .density, default: preset,
            "density at the start, for methods that lower it"),
        .init(
            "prune-end-fraction", \.pruneEndFraction, .method, "F", .fraction, default: preset,
            "part of the run after which it falls no more"),
        .init(
            "regrow", \.regrow, .method, "RULE", .oneOf(Names.regrowths), default: preset, negation: "forbidden",
            "a position both dropped and grown"),
        .init(
            "new-values", \.newValues, .method, "NAME", .oneOf(Names.newValues), default: preset,
            "starting values of grown weights"),
        .init(
            "train-on-update", \.trainsOnUpdate, .method, "", .flag, default: preset,
            "the batch of a topology update trains the weights first"),
        .init(
            "ablation", \.ablation, .method, "F", .fraction, default: preset,
            "share of salient inputs that keeps an output (srigl)"),
        .init(
            "backward-density", \.backwardDensity, .method, "D", .density, default: "twice --density",
            "stored and trained weights of topkast, of which its forward pass uses --density"),
        .init(
            "exploration-penalty", \.explorationPenalty, .method, "C", .notNegative, default: preset,
            "its penalty c w^2 / 2, over --density for weights not in the forward pass"),
        .init(
            "noise", \.noise, .method, "D", .notNegative, default: preset,
            "standard deviation of the weights' random walk, per unit of learning rate (deepr)"),
        .init(
            "l1", \.l1, .method, "L", .notNegative, default: preset,
            "pull of the weights towards 0, per unit of learning rate (deepr)"),
        .init(
            "compat", \.compat, .method, "NAME", .text("a variant"),
            "published variant of the method (set: paper, set2018, keras; dsr: dsr2019)"),
    ]

    private static let model: [TrainingOption] = [
        .init("model", \.model, .model, "MODEL", .text("a model"), "network, see sparsetrain models"),
        .init(
            "init", \.initialization, .model, "NAME", .oneOf(Names.initializations), "starting values of the weights"),
        .init("dropout", \.dropout, .model, "P", .belowOne, "probability that a hidden activation is zeroed"),
        .init("batch-norm", \.batchNorm, .model, "", .flag, "batch norm after each hidden layer"),
    ]

    private static let data: [TrainingOption] = [
        .init("data", \.data, .data, "PATH", .text("digits or a path"), "digits (built in), a folder or a file"),
        .init(
            "test-data", \.testData, .data, "PATH", .text("a path"), default: "part of --data",
            "CSV file with the test samples"),
        .init("test-fraction", \.testFraction, .data, "F", .openFraction, "that part, of a single CSV file"),
        .init(
            "target", \.target, .data, "NAME|INDEX", .text("a column's name or number, first, last or automatic"),
            aliases: ["label-column"],
            "CSV column that holds the class, by its name or its number from 1"),
        .init(
            "input-shape", \.inputShape, .data, "CxRxC", .inputShape, default: "the data's",
            "channels x rows x columns that a table's row is for convolutions, as 1x28x28"),
        .init("coarse-labels", \.coarseLabels, .data, "", .flag, "the 20 coarse classes of CIFAR-100"),
        .init(
            "standardization", \.standardization, .data, "NAME", .oneOf(Names.standardizations),
            default: "the data's", "how inputs are standardised, from training data only"),
        .init(
            "augment", \.augmentation, .data, "NAME", .oneOf(Names.augmentations),
            "random changes of training images; crops have a border of 4 pixels, or a seventh of the side"),
        .init(
            "train-samples", \.trainSamples, .data, "N", .count, default: "all",
            "training samples used, drawn at random under the seed"),
        .init(
            "validation-fraction", \.validationFraction, .data, "F", .belowOne,
            "part of the training samples held out to validate"),
    ]

    private static let optimisation: [TrainingOption] = [
        .init(
            "epochs", \.epochs, .optimisation, "N", .count,
            default: "\(TrainingConfiguration.defaultEpochs)", "passes over the training data"),
        .init("steps", \.steps, .optimisation, "N", .count, "weight updates, in place of --epochs"),
        .init("batch-size", \.batchSize, .optimisation, "SAMPLES", .count, "samples in a batch"),
        .init("drop-last", \.dropLast, .optimisation, "", .flag, "leave out an epoch's last partial batch"),
        .init("optimizer", \.optimizer, .optimisation, "NAME", .oneOf(Names.optimizers), "rule of the weight update"),
        .init(
            "lr", \.learningRate, .optimisation, "RATE", .positive, default: "0.05; adam 0.001",
            aliases: ["learning-rate"],
            "learning rate at its highest"),
        .init(
            "lr-schedule", \.learningRateSchedule, .optimisation, "NAME", .oneOf(Names.learningRateSchedules),
            "how it changes"),
        .init(
            "lr-milestones", \.learningRateMilestones, .optimisation, "F,...", .fraction,
            "parts of the run after which the step schedule lowers it"),
        .init("lr-gamma", \.learningRateGamma, .optimisation, "FACTOR", .positive, "factor of the step schedule"),
        .init(
            "warmup-steps", \.warmupSteps, .optimisation, "STEPS", .countOrNone,
            default: "0 with --lr, else a twentieth of the run, at most 100",
            "weight updates over which it rises from 0"),
        .init("momentum", \.momentum, .optimisation, "M", .belowOne, "momentum of sgd"),
        .init("nesterov", \.nesterov, .optimisation, "", .flag, "Nesterov's form of momentum"),
        .init("weight-decay", \.weightDecay, .optimisation, "WD", .notNegative, "weight decay; decoupled in adamw"),
        .init(
            "decay-per-step", \.decaysPerStep, .optimisation, "", .flag, default: "with --compat set2018",
            "weight decay of sgd is not multiplied by the learning rate"),
        .init("beta1", \.beta1, .optimisation, "B", .belowOne, "decay of the first moment of adam"),
        .init("beta2", \.beta2, .optimisation, "B", .belowOne, "decay of the second moment of adam"),
        .init("adam-epsilon", \.adamEpsilon, .optimisation, "E", .positive, "added to the root of that moment"),
        .init("loss", \.loss, .optimisation, "NAME", .oneOf(Names.losses), "what is minimised"),
        .init(
            "label-smoothing", \.labelSmoothing, .optimisation, "P", .belowOne,
            "probability mass spread evenly over all classes"),
        .init(
            "clip-norm", \.clipNorm, .optimisation, "NORM", .positive, default: "none with --lr, else 1 with sgd",
            "largest norm of all gradients together"),
    ]

    private static let run: [TrainingOption] = [
        .init("seed", \.seed, .run, "N", .seed, "key of every random number"),
        .init(
            "threads", \.threads, .run, "N", .threads, default: "all cores",
            "threads that compute; changes no result"),
        .init("out", \.out, .run, "FOLDER", .text("a folder"), default: "runs/TIME-METHOD", "run folder"),
    ]

    private static let safety: [TrainingOption] = [
        .init("checkpoint-epochs", \.checkpointEpochs, .safety, "N", .count, "epochs between two checkpoints"),
        .init("checkpoint-steps", \.checkpointSteps, .safety, "N", .count, "weight updates between two checkpoints"),
        .init(
            "checkpoint-minutes", \.checkpointMinutes, .safety, "MINUTES", .minutes,
            "minutes between two checkpoints, 0 for none by the clock"),
        .init(
            "keep-checkpoints", \.keptCheckpoints, .safety, "N", .count,
            "the last checkpoints to keep, beside the best one"),
        .init(
            "on-nonfinite", \.onNonFinite, .safety, "NAME", .oneOf(["stop", "skip", "rollback"]),
            "when a number of a training batch is not finite"),
        .init(
            "on-write-failure", \.onWriteFailure, .safety, "NAME", .oneOf(["warn", "stop"]),
            "when a checkpoint or the metrics cannot be written"),
    ]
}
