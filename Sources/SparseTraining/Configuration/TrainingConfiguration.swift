public import SparsePolicies

/// Everything that decides a run. Each field is an option of the command and a key of a configuration file; the names
/// and ranges are in `TrainingOption.all`, the defaults only here. `nil` leaves a choice to the method's preset, or to
/// what the comment says.
public struct TrainingConfiguration: Sendable, Equatable {
    // MARK: Method. Where a field is nil the method's preset decides.

    /// The preset that moves connections: static, set, rigl.
    public var algorithm = "rigl"
    /// Stored weights over positions of all sparse layers, in (0, 1].
    public var density = 0.1
    /// How the density is spread over the layers: uniform, er, erk, epsilon.
    public var distribution: String?
    /// How a layer's density becomes a number of weights: exact, bernoulli, with-replacement.
    public var sampling: String?
    /// Power of the Erdos-Renyi ratio.
    public var erkPower: Double?
    /// SET's epsilon: layer density = epsilon (in + out) / (in out), whatever `density`.
    public var epsilon: Double?
    /// Densities of layers whose names match a pattern; the first match counts.
    public var layerDensities: [LayerDensity] = []
    /// Patterns of layers that stay dense.
    public var denseLayers: [String] = []
    /// Layers stored in square blocks; the first pattern that matches counts.
    public var blocks: [LayerBlock] = []
    /// Layers of which every M consecutive inputs of an output have N weights, which fixes their density; the first pattern
    /// that matches counts.
    public var nm: [LayerNM] = []
    /// Patterns of layers that store as many weights for every output.
    public var constantFanIn: [String] = []
    /// Whether layers that are full, and stay so, are stored dense.
    public var denseSwitch = true
    /// Time from one topology update to the next: weight updates (`100`) or epochs (`epoch`, `5epochs`).
    public var deltaT: UpdatePeriod?
    /// Share of a layer's weights replaced at the first topology update.
    public var dropFraction: Double?
    /// How that share changes over the run: constant, cosine, linear, power, staged.
    public var dropSchedule: String?
    /// Share that the schedule does not undercut.
    public var dropFloor: Double?
    /// Exponent of the schedule `power`.
    public var dropPower: Double?
    /// Whether mest stores more than `density` at first, by the drop fraction.
    public var softBound: Bool?
    /// Which weights go.
    public var dropRule: String?
    /// Weight of the gradient in the drop rule `sensitivity`.
    public var dropLambda: Double?
    /// Where a controlled drop threshold starts, and the share of all positions that it aims to drop at an update.
    public var dropThreshold: Double?
    public var dropTarget: Double?
    /// Which positions come.
    public var growRule: String?
    /// Momentum coefficient of the grow rule `momentum`, and the batches from which it replays the momentum.
    public var growMomentum: Double?
    public var growWindow: Int?
    /// First weight update after which the topology may change.
    public var beginStep: Int?
    /// Part of the run after which it changes no more.
    public var endFraction: Double?
    /// Batches whose dense gradients are averaged to choose growth.
    public var gradientAccumulation: Int?
    /// Density at the start of a method that lowers it to `density`.
    public var initialDensity: Double?
    /// Part of the run after which the density falls no more.
    public var pruneEndFraction: Double?
    /// What becomes of a position that an update both drops and grows: forbidden, keeps-value, fresh.
    public var regrow: String?
    /// Starting values of grown weights.
    public var newValues: String?
    /// Whether the batch of a topology update trains the weights first. Without that, as in RigL, it is used for the
    /// update alone.
    public var trainsOnUpdate: Bool?
    /// Share of the inputs of an output that must be salient for it to stay, of srigl; 0 keeps all outputs.
    public var ablation: Double?
    /// Share of weights stored and trained by topkast, whose forward pass uses `density`. Nil: twice `density`.
    public var backwardDensity: Double?
    /// Coefficient of its penalty on weights, which is divided by `density` for those that the forward pass leaves out.
    public var explorationPenalty: Double?
    /// Standard deviation of the random walk of deepr's weights, and their pull towards 0, per unit of learning rate.
    public var noise: Double?
    public var l1: Double?
    /// Published variant of the method: set2018 and keras of set, dsr2019 of dsr.
    public var compat: String?

    // MARK: Model

    /// The network: mlp:300,100, resnet20, wrn-22-2, ...; `ModelRegistry` has all.
    public var model = "mlp:300,100"
    /// Starting values: sparse-fan-in, row-fan-in, dense-fan-in, he-fan-out, normal.
    public var initialization = "sparse-fan-in"
    /// Probability that a hidden activation is zeroed in training.
    public var dropout = 0.0
    /// Batch norm after each hidden layer.
    public var batchNorm = false

    // MARK: Data

    /// `digits` (built in), or the path of a data set.
    public var data = "digits"
    /// A CSV file with the test samples; without one a part of the single file is taken.
    public var testData: String?
    /// That part.
    public var testFraction = 0.2
    /// The column of a CSV file that holds the class: a name of its header, a number from 1, first, last, or automatic.
    public var target = "automatic"
    /// Shape that a sample's values have for convolutions, if the data do not say: that of a table whose rows are images.
    public var inputShape: InputShape?
    /// CIFAR-100: the 20 coarse classes.
    public var coarseLabels = false
    /// How inputs are standardised, from training data only: none, channel, feature. Nil: what suits the data.
    public var standardization: String?
    /// Random changes of training images: none, flip, crop, crop-flip (crops of a border of 4 pixels or a
    /// seventh of the side, mirror images).
    public var augmentation = "none"
    /// Training samples used, drawn under the seed; all without it.
    public var trainSamples: Int?
    /// Part of the training samples that is held out to validate.
    public var validationFraction = 0.0

    // MARK: Optimisation

    /// Passes over the training data. Without `epochs` and `steps`: `defaultEpochs`.
    public var epochs: Int?
    /// Weight updates; takes the place of `epochs`.
    public var steps: Int?
    /// Samples in a batch.
    public var batchSize = 32
    /// Leaves out the last batch of an epoch when it is not full.
    public var dropLast = false
    /// sgd, adam, adamw.
    public var optimizer = "sgd"
    /// Learning rate at its highest. Nil: 0.05 for sgd, 0.001 for adam and adamw, with the warm-up and the clipping that
    /// `LearningRateDefault` says, unless they are set.
    public var learningRate: Double?
    /// How it changes: constant, step, cosine.
    public var learningRateSchedule = "cosine"
    /// Parts of the run after which the step schedule lowers it.
    public var learningRateMilestones = [0.5, 0.75]
    /// Factor of the step schedule.
    public var learningRateGamma = 0.1
    /// Weight updates over which it rises from 0. Nil: none with a learning rate that is set.
    public var warmupSteps: Int?
    /// Momentum of sgd.
    public var momentum = 0.9
    /// Nesterov's form of momentum.
    public var nesterov = false
    /// Weight decay: coupled in sgd and adam, decoupled in adamw.
    public var weightDecay = 1e-4
    /// Whether a step takes weight decay x weight off whatever the learning rate; of sgd only. Nil: as the variant of the
    /// method has it (`compat`), else false.
    public var decaysPerStep: Bool?
    /// Decay of the first moment of adam and adamw.
    public var beta1 = 0.9
    /// Decay of their second moment.
    public var beta2 = 0.999
    /// Added to the root of their second moment.
    public var adamEpsilon = 1e-8
    /// The loss: cross-entropy, mse.
    public var loss = "cross-entropy"
    /// Probability mass spread evenly over all classes.
    public var labelSmoothing = 0.0
    /// Largest norm of all gradients together. Nil: any with a learning rate that is set.
    public var clipNorm: Double?

    // MARK: Run

    /// Key of every random number of the run.
    public var seed: UInt64 = 0
    /// Threads that compute; all cores without it. It changes no result.
    public var threads: Int?
    /// Run folder; nothing is written without it.
    public var out: String?

    // MARK: Safety

    /// Epochs from one checkpoint to the next.
    public var checkpointEpochs: Int?
    /// Weight updates from one checkpoint to the next.
    public var checkpointSteps: Int?
    /// Minutes from one checkpoint to the next; 0 for none by the clock.
    public var checkpointMinutes = 5.0
    /// Checkpoints kept: the last so many, and the best.
    public var keptCheckpoints = 1
    /// What a number that is not finite means: stop, skip (the batch), rollback (to the last checkpoint).
    public var onNonFinite = "stop"
    /// What a checkpoint or metrics that cannot be written mean: warn, stop.
    public var onWriteFailure = "warn"

    /// Names of the options that `set` was told, the same as their defaults or not. A note beside the configuration: two
    /// are equal whatever it says.
    var typed = TypedOptions()

    /// Epochs of a run that sets neither `epochs` nor `steps`.
    public static let defaultEpochs = 100

    /// The defaults.
    public init() {}
}
