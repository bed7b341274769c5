public import SparseParts

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// Half a cosine from `base` at step 0 to `final` at step `steps`, and `final` from there on (Loshchilov, Hutter, "SGDR",
/// ICLR 2017, without restarts).
public struct CosineRate: LearningRateSchedule {
    /// Rate at step 0.
    public let base: Double
    /// Rate at step `steps` and after.
    public let final: Double
    /// Steps of the descent.
    public let steps: Int

    /// From `base` down to `final` in `steps` steps.
    public init(base: Double, steps: Int, final: Double = 0) {
        precondition(steps > 0, "a cosine takes at least one step")
        self.base = base
        self.final = final
        self.steps = steps
    }

    public func rate(step: Int) -> Double {
        let progress = Double(min(max(step, 0), steps)) / Double(steps)
        return final + (base - final) * (1 + cos(Double.pi * progress)) / 2
    }
}

extension CosineRate {
    /// The entry of `Parts.learningRates`.
    static let entry = Registry<Parts.MakeLearningRate>.Entry(
        "cosine", "half a cosine to 0, or to a floor", options: [\.learningRateFloor]
    ) { highest, steps, settings in
        CosineRate(base: highest, steps: steps, final: highest * settings.learningRateFloor)
    }
}

extension Options {
    /// Part of the highest learning rate at which the cosine ends.
    public var learningRateFloor: Option<Double> {
        Option(
            "lr-floor", .optimisation, "F", .belowOne, default: 0, "part of --lr at which the cosine schedule ends")
    }
}
