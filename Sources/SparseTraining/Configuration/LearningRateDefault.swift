/// The learning rate of a run that names none. The rate itself is the optimiser's usual one. A wide table (thousands of
/// inputs, few samples) can lose its way with that in the first steps; so the rate rises to it, and the gradient is clipped,
/// which costs nothing where it is not needed (docs/tuning.md has the measurements).
struct LearningRateDefault: Equatable {
    var rate: Double
    var warmupSteps: Int
    var clipNorm: Double?

    /// - Parameter steps: weight updates of the run.
    init(optimizer: String, steps: Int) {
        rate = optimizer == "sgd" ? 0.05 : 0.001
        warmupSteps = min(steps / 20, 100)
        // Adam's steps do not grow with the gradient.
        clipNorm = optimizer == "sgd" ? 1 : nil
    }
}
