internal import SparseParts
internal import SparsePolicies

/// What an option that was left out meant in releases whose checkpoints record options as they were given: the published
/// presets, whatever the length of the run, and one learning rate for all data.
enum PublishedDefaults {
    /// The configuration of such a checkpoint with its defaults filled in, for comparison.
    /// - Parameters:
    ///   - texts: option by option, empty where left out.
    ///   - now: says what the data prefer, which has not changed, and whether it names the published presets.
    /// - Returns: nil when an option is none of today's.
    static func configuration(
        _ texts: [String: String], _ method: Method, _ now: TrainingConfiguration
    ) -> TrainingConfiguration? {
        var old = TrainingConfiguration()
        do {
            for (name, text) in texts where !text.isEmpty { try old.set(name, to: text) }
            let variant = old.compat
            if variant == nil, method.movesConnections { old.compat = "paper" }
            try old.fillIn(method)
            // The variants say the time between updates, so the length of the run does not matter.
            try old.fillIn(method, run: RunLength(steps: 1, stepsPerEpoch: 1))
            // Named or not, the published presets are what they were.
            old.compat = variant ?? (now.compat == "paper" ? "paper" : nil)
        } catch {
            return nil
        }
        if old.steps == nil { old.epochs = old.epochs ?? TrainingConfiguration.defaultEpochs }
        old.learningRate = old.highestLearningRate
        old.warmupSteps = old.warmupSteps ?? 0
        old.standardization = old.standardization ?? now.standardization
        return old
    }

    /// What was done before there was an option for it, where that is not its default of today: target numbers were left as they
    /// are.
    static func beforeThereWas(_ option: any DeclaredOption) -> String {
        option.name == Options().targetScaling.name ? TargetScalingChoice.none.rawValue : ""
    }
}
