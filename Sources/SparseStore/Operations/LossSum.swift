/// What a loss says of some samples: sums, so that the results of panels and batches add up.
public struct LossSum: Sendable, BitwiseCopyable, Equatable {
    /// Sum of the samples' losses; not finite when an output was not.
    public var loss: Double
    /// Samples whose label had the largest output, and was among the five largest. Of equal outputs the lower class
    /// comes first.
    public var top1: Int
    public var top5: Int
    public var samples: Int

    public init(loss: Double = 0, top1: Int = 0, top5: Int = 0, samples: Int = 0) {
        self.loss = loss
        self.top1 = top1
        self.top5 = top5
        self.samples = samples
    }

    public static func += (sum: inout LossSum, other: LossSum) {
        sum.loss += other.loss
        sum.top1 += other.top1
        sum.top5 += other.top5
        sum.samples += other.samples
    }

    /// Mean loss of a sample.
    public var meanLoss: Double { loss / Double(max(samples, 1)) }
    /// Shares of the samples counted in `top1` and `top5`.
    public var accuracy: Double { Double(top1) / Double(max(samples, 1)) }
    public var top5Accuracy: Double { Double(top5) / Double(max(samples, 1)) }
}
