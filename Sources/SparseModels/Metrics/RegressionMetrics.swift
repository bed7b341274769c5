public import SparseStore

/// Mean over samples and outputs of |output - target|.
public struct MeanAbsoluteError: Metric {
    public var name: String { "mae" }
    public var isBetterHigher: Bool { false }
    /// What the difference of each output is multiplied by.
    private var units: [Double]?

    /// The metric has no settings.
    public init() {}

    public func inUnits(of deviations: [Float]) -> (any Metric)? {
        var metric = self
        metric.units = deviations.map { Double($0) }
        return metric
    }

    public func fault(for targets: TargetKind) -> String? { faultOfNumbers(targets) }
    public func isUsual(for targets: TargetKind) -> Bool { true }

    public func sumCount(outputs: Int) -> Int { 1 }

    public func add(_ outputs: Panels, targets: Targets, samples: Int, panel: Int, to sums: MetricSlots) {
        let share = 1 / Double(outputs.channels)
        eachNumber(outputs, targets, samples, panel) { index, output, target in
            sums[0] += share * abs(output - target) * (units?[index] ?? 1)
        }
    }

    public func value(_ sums: ArraySlice<Double>, samples: Int, meanLoss: Double) -> Double? {
        sums[sums.startIndex] / Double(samples)
    }
}

/// The root of the mean over samples and outputs of (output - target)^2.
public struct RootMeanSquaredError: Metric {
    public var name: String { "rmse" }
    public var isBetterHigher: Bool { false }
    /// What the difference of each output is multiplied by.
    private var units: [Double]?

    /// The metric has no settings.
    public init() {}

    public func inUnits(of deviations: [Float]) -> (any Metric)? {
        var metric = self
        metric.units = deviations.map { Double($0) }
        return metric
    }

    public func fault(for targets: TargetKind) -> String? { faultOfNumbers(targets) }
    public func isUsual(for targets: TargetKind) -> Bool { true }

    public func sumCount(outputs: Int) -> Int { 1 }

    public func add(_ outputs: Panels, targets: Targets, samples: Int, panel: Int, to sums: MetricSlots) {
        let share = 1 / Double(outputs.channels)
        eachNumber(outputs, targets, samples, panel) { index, output, target in
            let difference = (output - target) * (units?[index] ?? 1)
            sums[0] += share * difference * difference
        }
    }

    public func value(_ sums: ArraySlice<Double>, samples: Int, meanLoss: Double) -> Double? {
        (sums[sums.startIndex] / Double(samples)).squareRoot()
    }
}

/// The coefficient of determination 1 - sum of (output - target)^2 / sum of (target - mean target)^2, its mean over the
/// outputs: 1 is perfect, 0 is what always naming the mean comes to. An output whose targets are all equal counts 1 when it is
/// met and 0 otherwise.
public struct RSquared: Metric {
    public var name: String { "r2" }
    public var isBetterHigher: Bool { true }

    /// The metric has no settings.
    public init() {}

    /// It has no units.
    public func inUnits(of deviations: [Float]) -> (any Metric)? { self }

    public func fault(for targets: TargetKind) -> String? { faultOfNumbers(targets) }
    public func isUsual(for targets: TargetKind) -> Bool { true }

    /// Of each output: the squared errors, the targets, and their squares.
    public func sumCount(outputs: Int) -> Int { 3 * outputs }

    public func add(_ outputs: Panels, targets: Targets, samples: Int, panel: Int, to sums: MetricSlots) {
        eachNumber(outputs, targets, samples, panel) { index, output, target in
            sums[3 * index] += (output - target) * (output - target)
            sums[3 * index + 1] += target
            sums[3 * index + 2] += target * target
        }
    }

    public func value(_ sums: ArraySlice<Double>, samples: Int, meanLoss: Double) -> Double? {
        let outputs = sums.count / 3
        var total = 0.0
        for index in 0..<outputs {
            let place = sums.startIndex + 3 * index
            let (errors, sum, squares) = (sums[place], sums[place + 1], sums[place + 2])
            let spread = squares - sum * sum / Double(samples)
            // What rounding leaves of a spread of zero.
            let isConstant = spread <= 1e-12 * squares
            total += isConstant ? (errors <= 1e-12 * max(squares, 1) ? 1 : 0) : 1 - errors / spread
        }
        return total / Double(outputs)
    }
}

/// What a metric of numbers asks of the targets.
private func faultOfNumbers(_ targets: TargetKind) -> String? {
    switch targets {
    case .numbers, .inputs: nil
    default: "a metric that needs no target numbers, which the samples do not have"
    }
}

/// Calls `body` with the place, output and target of each number of a panel's samples.
func eachNumber(
    _ outputs: Panels, _ targets: Targets, _ samples: Int, _ panel: Int, _ body: (Int, Double, Double) -> Void
) {
    guard case .numbers(let numbers) = targets else { preconditionFailure("a metric of numbers needs numbers") }
    let first = panel * Panels.lanes
    for channel in 0..<outputs.channels {
        for sample in first..<min(samples, first + Panels.lanes) {
            body(channel, Double(outputs[sample, channel]), Double(numbers[sample, channel]))
        }
    }
}
