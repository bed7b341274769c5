/// What becomes of each raw value on its way into a panel: (value - mean) / deviation, with one mean and one deviation
/// for each feature.
public struct FeatureScaling: Sendable {
    /// Features scaled.
    public var count: Int { mean.count }
    let mean: AlignedBuffer<Float>
    let inverseDeviation: AlignedBuffer<Float>

    /// Arrays of equal length; deviations must not be 0. Those above 2^126 count as such: the inverse of a larger one would
    /// be subnormal, which counts as 0.
    public init(mean: [Float], deviation: [Float]) {
        precondition(mean.count == deviation.count && !deviation.contains(0), "each feature needs a deviation")
        self.mean = AlignedBuffer(mean)
        inverseDeviation = AlignedBuffer(deviation.map { 1 / min($0, 0x1p126) })
    }

    /// (value - mean) x factor, as files hold it. Arrays of equal length.
    public init(means: [Float], factors: [Float]) {
        precondition(means.count == factors.count, "each feature needs a factor")
        mean = AlignedBuffer(means)
        inverseDeviation = AlignedBuffer(factors)
    }

    /// What is taken off each feature, and what the rest is multiplied by.
    public var means: [Float] { mean.array }
    /// Factor of each feature, after its mean is taken off.
    public var factors: [Float] { inverseDeviation.array }

    /// Leaves `count` features as they are.
    public static func identity(_ count: Int) -> FeatureScaling {
        FeatureScaling(mean: Array(repeating: 0, count: count), deviation: Array(repeating: 1, count: count))
    }
}
