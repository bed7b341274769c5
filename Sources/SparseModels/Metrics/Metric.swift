internal import SparseParts
public import SparseStore

/// Something that a network's outputs are measured by, beside the loss. Sums over samples, so that the results of panels and
/// batches add up. It holds settings only.
public protocol Metric: Sendable {
    /// Name in files and reports, such as "accuracy".
    var name: String { get }
    /// Whether larger values are better.
    var isBetterHigher: Bool { get }
    /// Why it says nothing of outputs that are compared with such targets; nil when it does.
    func fault(for targets: TargetKind) -> String?
    /// Whether it is reported for such targets when nobody says what is to be measured.
    func isUsual(for targets: TargetKind) -> Bool
    /// The metric of numbers that were divided by `deviations`, one for each output, in the units that they had before; nil when that
    /// is not known: then targets are taken as they are.
    func inUnits(of deviations: [Float]) -> (any Metric)?
    /// Numbers that it sums up, for a network of so many outputs.
    func sumCount(outputs: Int) -> Int
    /// Adds what one panel of a batch of `samples` comes to. Calls for different panels, with slots of their own, may run at
    /// once.
    func add(_ outputs: Panels, targets: Targets, samples: Int, panel: Int, to sums: MetricSlots)
    /// The metric's value from its sums over `samples` samples (at least one) of this mean loss; nil where it says nothing.
    func value(_ sums: ArraySlice<Double>, samples: Int, meanLoss: Double) -> Double?
}

extension Metric {
    public func fault(for targets: TargetKind) -> String? { nil }
    public func isUsual(for targets: TargetKind) -> Bool { false }
    public func inUnits(of deviations: [Float]) -> (any Metric)? { nil }
}

/// Where a metric keeps its sums: numbers that begin as 0.
public struct MetricSlots: Sendable {
    let buffer: AlignedBuffer<Double>
    let first: Int

    /// The sum of this index among the metric's own, to read or to add to.
    public subscript(_ index: Int) -> Double {
        get { buffer[first + index] }
        nonmutating set { buffer[first + index] = newValue }
    }
}

/// What loss and metrics say of some samples: sums, so that the results of batches add up.
public struct MetricSums: Sendable, Equatable {
    /// Sum of the samples' losses; not finite when an output was not.
    public var loss: Double
    /// Samples that were summed up.
    public var samples: Int
    /// The sums of the metrics, one after the other.
    public var sums: [Double]

    /// Sums to begin with; without arguments, those of no samples.
    public init(loss: Double = 0, samples: Int = 0, sums: [Double] = []) {
        self.loss = loss
        self.samples = samples
        self.sums = sums
    }

    /// Adds the sums of the same metrics.
    public static func += (total: inout MetricSums, other: MetricSums) {
        if other.samples == 0 { return }
        total.loss += other.loss
        total.samples += other.samples
        if total.sums.isEmpty { total.sums = [Double](repeating: 0, count: other.sums.count) }
        precondition(total.sums.count == other.sums.count, "sums of other metrics")
        for index in other.sums.indices { total.sums[index] += other.sums[index] }
    }

    /// Begins anew, in the same memory.
    public mutating func reset() {
        (loss, samples) = (0, 0)
        for index in sums.indices { sums[index] = 0 }
    }

    /// Mean loss of a sample.
    public var meanLoss: Double { loss / Double(max(samples, 1)) }
}

/// The metrics of a run, in the order in which they are reported, and which of them "best" means.
public struct MetricList: Sendable {
    /// The metrics in the order of the report.
    public let metrics: [any Metric]
    /// Place of the one that the best epoch is chosen by.
    public private(set) var best: Int

    /// - Parameters:
    ///   - metrics: At least one, each of another name, none called "loss".
    ///   - best: Name of the one that the best epoch is chosen by; the first without it.
    public init(_ metrics: [any Metric], best: String? = nil) throws(ModelError) {
        let names = metrics.map(\.name)
        guard !metrics.isEmpty, Set(names).count == names.count, !names.contains("loss"), !names.contains("") else {
            throw .invalidOption(
                name: "metrics", value: names.joined(separator: ", "),
                expected: "at least one, each of another name, none called loss")
        }
        guard let best = names.firstIndex(of: best ?? names[0]) else {
            throw .unknownName(UnknownName(kind: "metric", name: best ?? "", known: names))
        }
        self.metrics = metrics
        self.best = best
    }

    private init(standard metrics: [any Metric]) {
        self.metrics = metrics
        best = 0
    }

    /// The metrics of `Parts.metrics` that are usual for such targets, in their order: the first chooses the best epoch.
    public static func standard(for targets: TargetKind) -> MetricList {
        let usual = Parts.metrics.entries.map(\.part).filter {
            $0.isUsual(for: targets) && $0.fault(for: targets) == nil
        }
        return MetricList(standard: usual.isEmpty ? [Perplexity()] : usual)
    }

    /// The metrics of these names; those that are usual when there are none. The first chooses the best epoch.
    /// - Throws: `ModelError` for an unknown name, one that is there twice, and a metric that says nothing of such targets.
    public static func named(_ names: [String], for targets: TargetKind) throws(ModelError) -> MetricList {
        if names.isEmpty { return standard(for: targets) }
        var metrics: [any Metric] = []
        for name in names {
            let metric = try Parts.metrics.named(name, ModelError.unknownName)
            if let fault = metric.fault(for: targets) {
                throw .invalidOption(name: Options().metrics.name, value: name, expected: fault)
            }
            metrics.append(metric)
        }
        return try MetricList(metrics)
    }

    /// The same of target numbers that were divided by `deviations`; nil when one of them does not know.
    package func inUnits(of deviations: [Float]) -> MetricList? {
        let known = metrics.compactMap { $0.inUnits(of: deviations) }
        guard known.count == metrics.count else { return nil }
        var list = MetricList(standard: known)
        list.best = best
        return list
    }

    /// The metric that "best" means.
    package var ofBest: any Metric { metrics[best] }

    /// The metric that "best" means, alone: what training and validation samples are measured by.
    package var forTraining: [any Metric] { [ofBest] }

    /// Loss and these metrics of the samples that `sums` are of; all are nil when there are none.
    /// - Parameters:
    ///   - sums: What was summed up.
    ///   - metrics: Those that were summed up.
    ///   - outputs: Numbers of a sample's output.
    package static func scores(_ sums: MetricSums, _ metrics: [any Metric], outputs: Int) -> Scores {
        var values: [Scores.Value] = []
        var first = 0
        for metric in metrics {
            let count = metric.sumCount(outputs: outputs)
            let isMeasured = sums.samples > 0 && first + count <= sums.sums.count
            values.append(
                Scores.Value(
                    name: metric.name,
                    value: isMeasured
                        ? metric.value(
                            sums.sums[first..<first + count], samples: sums.samples, meanLoss: sums.meanLoss) : nil))
            first += count
        }
        return Scores(loss: sums.samples > 0 ? sums.meanLoss : nil, values: values)
    }
}

/// Loss and metrics of some samples.
public struct Scores: Sendable, Equatable {
    /// One metric's value.
    public struct Value: Sendable, Equatable {
        /// The metric's name, as in files: "accuracy".
        public var name: String
        /// Nil where there were no samples, or the metric says nothing.
        public var value: Double?

        /// The value of the metric `name`.
        public init(name: String, value: Double?) {
            self.name = name
            self.value = value
        }
    }

    /// Mean loss of a sample; nil where there were none.
    public var loss: Double?
    /// In the order of the metrics.
    public var values: [Value]

    /// Scores of a part of the data: mean loss of a sample, nil where there were no samples, and the metrics.
    public init(loss: Double?, values: [Value]) {
        self.loss = loss
        self.values = values
    }

    /// A metric by name; nil when it was not measured.
    public subscript(_ name: String) -> Double? { values.first { $0.name == name }?.value }
}
