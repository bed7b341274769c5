internal import Foundation
internal import SparseData
internal import SparseModels
internal import SparseParts
internal import SparsePolicies
internal import SparseStore

/// The only place where what was left open is decided: by the method's preset, the data, the machine, the length of the
/// run. What comes of it is what the run folder and its checkpoints record; read back, it gives the same run.
extension TrainingConfiguration {
    /// Fills in what the model is usually trained with.
    mutating func fillInModel() {
        guard let model = Parts.models.entry(of: self.model)?.part else { return }
        for option in model.preset.options where !isGiven(option) { settings.take(option, from: model.preset) }
        self.distribution = self.distribution ?? model.usualDistribution
    }

    /// Fills in what the method's settings say. Its options without effect become nil.
    /// - Throws: `PolicyError` for unknown names.
    mutating func fillIn(_ method: Method) throws(PolicyError) {
        let (unused, defaults) = (Set(unusedOptions(of: method).flatMap(\.options)), Settings())
        for option in Self.options where unused.contains(option.name) && option.text(in: defaults).isEmpty {
            settings.remove(option)
        }
        if let fixed = method.density { self.density = fixed }
        try fillIn(method.settings(methodOptions), without: [Options().deltaT.name, Options().trainsOnUpdate.name])
        let all = settings
        for option in Self.options where isRead(option, by: method, all) { option.fillIn(&settings) }
    }

    /// Whether the method, its parts and the optimiser look at an option that only some of them read.
    private func isRead(_ option: any DeclaredOption, by method: Method, _ settings: Settings) -> Bool {
        func isAmong(_ options: [any DeclaredOption]) -> Bool { options.contains { $0.name == option.name } }
        if option.group == .method && isAmong(Parts.methods.options) && !isAmong(method.options) { return false }
        if isAmong(Parts.optimizers.options) {
            guard let optimizer = Parts.optimizers.entry(named: self.optimizer), isAmong(optimizer.options) else {
                return false
            }
        }
        return Self.isChosen(option.name, by: settings)
    }

    /// Fills in what depends on the length of the run: the time between topology updates.
    mutating func fillIn(_ method: Method, run: RunLength) throws(PolicyError) {
        try fillIn(method.settings(methodOptions, run: run), without: [])
    }

    /// - Parameter left: Options that follow from the length of the run.
    private mutating func fillIn(_ full: Settings, without left: Set<String>) {
        for option in full.options where option.text(self).isEmpty && !left.contains(option.name) {
            // The optimiser's momentum is among the settings of every method, whether it grows by that or not.
            if option.name == Options().growMomentum.name && full.growRule != "momentum" { continue }
            if Self.isRead(option.name, by: full) { settings.take(option, from: full) }
        }
    }

    /// Fills in what depends on the data and on the machine, and the length of the run.
    /// - Parameter isScaled: The scaling of the inputs is that of a file, or was given as numbers.
    mutating func fillIn(_ source: DataSource, isScaled: Bool = false) {
        if self.steps == nil { self.epochs = self.epochs ?? Self.defaultEpochs }
        self.threads = self.threads ?? ProcessLimits.processors
        if isScaled { return }
        let preferred = source.train.dataset.preferredStandardization
        // A data set of the program's own may prefer one without a name.
        self.standardization =
            self.standardization ?? Parts.standardizations.entries.first { $0.part == preferred }?.name
    }

    /// The loss, where nobody said which, follows from the targets.
    mutating func fillInLoss(for targets: TargetKind) {
        if !isGiven(Options().loss), self.loss != targets.usualLoss { self.loss = targets.usualLoss }
    }

    /// How target numbers are standardised; nil: not at all.
    /// - Throws: `ConfigurationError` where that was asked for and cannot be.
    mutating func scaling(
        ofTargetsOf samples: Subset, hasOwnLoss: Bool, _ metrics: MetricList
    ) throws(ConfigurationError) -> TargetScaling? {
        let asked = self.targetScaling
        guard case .numbers(let count) = samples.dataset.targets else {
            if asked == .standardize {
                throw .rejected(reason: "--\(Options().targetScaling.name): there are no target numbers")
            }
            return nil
        }
        // A loss or metric of the program's own may be meant for the numbers as they are.
        let ones = Array(repeating: Float(1), count: count)
        let isKnown = !hasOwnLoss && metrics.inUnits(of: ones) != nil
        self.targetScaling = asked ?? (isKnown ? .standardize : TargetScalingChoice.none)
        guard self.targetScaling == .standardize else { return nil }
        guard metrics.inUnits(of: ones) != nil else {
            throw .rejected(
                reason:
                    "--\(Options().targetScaling.name) standardize: a metric of the run does not say what it is in other "
                    + "units; give none")
        }
        return TargetScaling(of: samples)
    }

    func chosenStandardization(for source: DataSource) -> Standardization {
        self.standardization.flatMap { Parts.standardizations.entry(named: $0)?.part }
            ?? source.train.dataset.preferredStandardization
    }

    /// Fills in the learning rate, its warm-up and the clipping of a run of so many weight updates.
    mutating func fillInLearningRate(steps: Int) {
        if self.learningRate == nil {
            let usual = LearningRateDefault(optimizer: self.optimizer, steps: steps)
            self.learningRate = usual.rate
            self.warmupSteps = self.warmupSteps ?? usual.warmupSteps
            self.clipNorm = self.clipNorm ?? usual.clipNorm
        }
        self.warmupSteps = self.warmupSteps ?? 0
    }
}

extension TrainingConfiguration {
    /// The learning rate given, or the optimiser's usual one.
    var highestLearningRate: Double {
        self.learningRate ?? LearningRateDefault(optimizer: self.optimizer, steps: 0).rate
    }
}

/// The learning rate of a run that names none. The rate itself is the optimiser's usual one. A wide table (thousands of
/// inputs, few samples) can lose its way with that in the first steps; so the rate rises to it, and the gradient is clipped,
/// which costs nothing where it is not needed (docs/tuning.md has the measurements).
struct LearningRateDefault: Equatable {
    var rate: Double
    var warmupSteps: Int
    var clipNorm: Double?

    /// - Parameter steps: weight updates of the run.
    init(optimizer: String, steps: Int) {
        let kind = Parts.optimizers.entry(named: optimizer)?.part
        rate = kind?.usualRate ?? 0.001
        warmupSteps = min(steps / 20, 100)
        clipNorm = kind?.usualClipNorm
    }
}
