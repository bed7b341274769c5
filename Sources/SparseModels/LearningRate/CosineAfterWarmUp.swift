internal import SparseParts

/// A cosine that begins when the warm-up ends, as language models are trained (Radford et al., "Improving language understanding by
/// generative pre-training", 2018): the last step of the warm-up has the highest rate, the last of the run the lowest.
struct CosineAfterWarmUp: LearningRateSchedule {
    private let begin: Int
    private let cosine: CosineRate

    /// - Parameters:
    ///   - base: The highest rate.
    ///   - steps: Of the run.
    ///   - warmUp: Of them, those over which the rate rises.
    ///   - final: The lowest rate.
    init(base: Double, steps: Int, warmUp: Int, final: Double) {
        begin = max(warmUp, 1) - 1
        cosine = CosineRate(base: base, steps: max(steps - 1 - begin, 1), final: final)
    }

    func rate(step: Int) -> Double { cosine.rate(step: step - begin) }

    /// The entry of `Parts.learningRates`.
    static let entry = Registry<Parts.MakeLearningRate>.Entry(
        "cosine-after-warmup", "half a cosine that begins when the warm-up ends", options: [\.learningRateFloor]
    ) { highest, steps, settings in
        CosineAfterWarmUp(
            base: highest, steps: steps, warmUp: settings.warmupSteps ?? 0, final: highest * settings.learningRateFloor)
    }
}
