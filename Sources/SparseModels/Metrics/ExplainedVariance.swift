public import SparseStore

/// The share of the variance of all outputs together that is explained: 1 - sum of (output - target)^2 / sum of (target - mean
/// target)^2, both over samples and outputs. Of standardised outputs it is R². Where some outputs hardly vary, such as the pixels at
/// the edge of images, the mean of R² over the outputs says how these few are met, and this how the samples are.
public struct ExplainedVariance: Metric {
    public var name: String { "explained" }
    public var isBetterHigher: Bool { true }
    /// What the square of the difference of each output is multiplied by.
    private var units: [Double]?

    /// The metric has no settings.
    public init() {}

    public func inUnits(of deviations: [Float]) -> (any Metric)? {
        var metric = self
        metric.units = deviations.map { Double($0) * Double($0) }
        return metric
    }

    public func fault(for targets: TargetKind) -> String? { RSquared().fault(for: targets) }
    /// Numbers of different things are better looked at one by one.
    public func isUsual(for targets: TargetKind) -> Bool { targets.areInputs }

    /// Of each output what R² sums up: a sum of all outputs would not know the mean of each.
    public func sumCount(outputs: Int) -> Int { RSquared().sumCount(outputs: outputs) }

    public func add(_ outputs: Panels, targets: Targets, samples: Int, panel: Int, to sums: MetricSlots) {
        RSquared().add(outputs, targets: targets, samples: samples, panel: panel, to: sums)
    }

    public func value(_ sums: ArraySlice<Double>, samples: Int, meanLoss: Double) -> Double? {
        var (errors, spread, squares) = (0.0, 0.0, 0.0)
        for index in 0..<sums.count / 3 {
            let (place, unit) = (sums.startIndex + 3 * index, units?[index] ?? 1)
            errors += unit * sums[place]
            spread += unit * (sums[place + 2] - sums[place + 1] * sums[place + 1] / Double(samples))
            squares += unit * sums[place + 2]
        }
        // What rounding leaves of a spread of zero: there is nothing to explain.
        return spread > 1e-12 * squares ? 1 - errors / spread : nil
    }
}
