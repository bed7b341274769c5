internal import Foundation
internal import SparseData
internal import SparsePolicies

/// The only place where what was left open is decided: by the method's preset, the data, the machine, the length of the
/// run. What comes of it is what the run folder and its checkpoints record; read back, it gives the same run.
extension TrainingConfiguration {
    /// Fills in what the method's settings say. Its options without effect become nil.
    /// - Throws: `PolicyError` for unknown names.
    mutating func fillIn(_ method: Method) throws(PolicyError) {
        let (unused, open) = (Set(unusedOptions(of: method).flatMap(\.options)), TrainingConfiguration())
        for option in TrainingOption.all where unused.contains(option.name) && option.text(open).isEmpty {
            option.copy(open, &self)
        }
        if let fixed = method.density { density = fixed }
        try fillIn(method.settings(methodOptions), without: Self.followingLength)
        if method.hasForwardSet { backwardDensity = backwardDensity ?? min(1, 2 * density) }
        sampling = sampling ?? WeightSampling.exact.rawValue
        if ["er", "erk"].contains(distribution) { erkPower = erkPower ?? 1 }
        if optimizer == "sgd" { decaysPerStep = decaysPerStep ?? false }
    }

    /// Options that follow from the length of the run where they are not given.
    private static let followingLength: Set = ["delta-t", "train-on-update"]

    /// Fills in what depends on the length of the run: the time between topology updates.
    mutating func fillIn(_ method: Method, run: RunLength) throws(PolicyError) {
        try fillIn(method.settings(methodOptions, run: run), without: [])
    }

    private mutating func fillIn(_ settings: MethodOptions, without left: Set<String>) {
        let full = TrainingConfiguration(preset: settings)
        for option in TrainingOption.all where option.text(self).isEmpty && !left.contains(option.name) {
            // The optimiser's momentum is among the settings of every method, whether it grows by that or not.
            if option.name == "grow-momentum" && settings.growRule != "momentum" { continue }
            if Self.isRead(option.name, by: settings) { option.copy(full, &self) }
        }
    }

    /// Fills in what depends on the data and on the machine, and the length of the run.
    mutating func fillIn(_ source: DataSource) {
        if steps == nil { epochs = epochs ?? Self.defaultEpochs }
        threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
        let preferred = source.train.dataset.preferredStandardization
        // A data set of the program's own may prefer one without a name.
        standardization = standardization ?? Self.standardizations.first { $0.value == preferred }?.name
    }

    func standardization(for source: DataSource) -> Standardization {
        Self.standardizations.first { $0.name == standardization }?.value
            ?? source.train.dataset.preferredStandardization
    }

    /// Fills in the learning rate, its warm-up and the clipping of a run of so many weight updates.
    mutating func fillInLearningRate(steps: Int) {
        if learningRate == nil {
            let usual = LearningRateDefault(optimizer: optimizer, steps: steps)
            learningRate = usual.rate
            warmupSteps = warmupSteps ?? usual.warmupSteps
            clipNorm = clipNorm ?? usual.clipNorm
        }
        warmupSteps = warmupSteps ?? 0
    }
}
