#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// Half a cosine from `base` at step 0 to `final` at step `steps`, and `final` from there on (Loshchilov, Hutter, "SGDR",
/// ICLR 2017, without restarts).
public struct CosineRate: LearningRateSchedule {
    public let base: Double
    public let final: Double
    public let steps: Int

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
