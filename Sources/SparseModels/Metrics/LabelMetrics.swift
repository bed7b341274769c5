public import SparseStore

/// Share of all labels of all samples that are right: true where the output is above 0, which is a probability above 1/2.
public struct LabelAccuracy: Metric {
    public var name: String { "label_accuracy" }
    public var isBetterHigher: Bool { true }

    /// The metric has no settings.
    public init() {}

    public func fault(for targets: TargetKind) -> String? { faultOfLabels(targets) }
    public func isUsual(for targets: TargetKind) -> Bool { true }

    public func sumCount(outputs: Int) -> Int { 1 }

    public func add(_ outputs: Panels, targets: Targets, samples: Int, panel: Int, to sums: MetricSlots) {
        let share = 1 / Double(outputs.channels)
        eachNumber(outputs, targets, samples, panel) { _, output, truth in
            if (output > 0) == (truth > 0) { sums[0] += share }
        }
    }

    public func value(_ sums: ArraySlice<Double>, samples: Int, meanLoss: Double) -> Double? {
        sums[sums.startIndex] / Double(samples)
    }
}

/// Share of the samples all of whose labels are right.
public struct ExactMatch: Metric {
    public var name: String { "exact_match" }
    public var isBetterHigher: Bool { true }

    /// The metric has no settings.
    public init() {}

    public func fault(for targets: TargetKind) -> String? { faultOfLabels(targets) }
    public func isUsual(for targets: TargetKind) -> Bool { true }

    public func sumCount(outputs: Int) -> Int { 1 }

    public func add(_ outputs: Panels, targets: Targets, samples: Int, panel: Int, to sums: MetricSlots) {
        guard case .numbers(let truths) = targets else { preconditionFailure("\(name) needs labels") }
        let first = panel * Panels.lanes
        for sample in first..<min(samples, first + Panels.lanes) {
            var isRight = true
            for label in 0..<outputs.channels where (outputs[sample, label] > 0) != (truths[sample, label] > 0) {
                isRight = false
            }
            if isRight { sums[0] += 1 }
        }
    }

    public func value(_ sums: ArraySlice<Double>, samples: Int, meanLoss: Double) -> Double? {
        sums[sums.startIndex] / Double(samples)
    }
}

/// 2 x hits / (2 x hits + false alarms + misses): of all labels together (micro), or the mean of the labels' own (macro). A label that
/// is neither there nor found counts 0, as in scikit-learn.
public struct F1Score: Metric {
    /// What is averaged.
    public enum Average: String, Sendable {
        /// Every decision counts the same.
        case micro
        /// Every label counts the same.
        case macro
    }

    /// What is averaged.
    public let average: Average
    public var name: String { "f1_" + average.rawValue }
    public var isBetterHigher: Bool { true }

    /// - Parameter average: What is averaged.
    public init(_ average: Average) { self.average = average }

    public func fault(for targets: TargetKind) -> String? { faultOfLabels(targets) }
    public func isUsual(for targets: TargetKind) -> Bool { true }

    /// Of each label: hits, and false alarms and misses together.
    public func sumCount(outputs: Int) -> Int { 2 * outputs }

    public func add(_ outputs: Panels, targets: Targets, samples: Int, panel: Int, to sums: MetricSlots) {
        eachNumber(outputs, targets, samples, panel) { label, output, truth in
            let (isFound, isTrue) = (output > 0, truth > 0)
            if isFound && isTrue { sums[2 * label] += 1 }
            if isFound != isTrue { sums[2 * label + 1] += 1 }
        }
    }

    public func value(_ sums: ArraySlice<Double>, samples: Int, meanLoss: Double) -> Double? {
        let labels = sums.count / 2
        func score(_ hits: Double, _ errors: Double) -> Double { hits > 0 ? 2 * hits / (2 * hits + errors) : 0 }
        let pairs = (0..<labels).map { (sums[sums.startIndex + 2 * $0], sums[sums.startIndex + 2 * $0 + 1]) }
        switch average {
        case .micro: return score(pairs.reduce(0) { $0 + $1.0 }, pairs.reduce(0) { $0 + $1.1 })
        case .macro: return pairs.reduce(0) { $0 + score($1.0, $1.1) } / Double(labels)
        }
    }
}

/// What a metric of labels asks of the targets.
private func faultOfLabels(_ targets: TargetKind) -> String? {
    if case .labels = targets { nil } else { "a metric that needs no labels, which the samples do not have" }
}
