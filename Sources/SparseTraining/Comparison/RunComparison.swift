internal import Foundation
internal import SparseModels

/// Runs side by side: those that differ by their seed alone are one row, with mean and deviation of what they came to.
///
///     let runs = try ["runs/a", "runs/b", "runs/c"].map(FinishedRun.init(contentsOf:))
///     print(RunComparison(runs).table.text)
public struct RunComparison: Sendable {
    /// Runs of one configuration under several seeds.
    public struct Group: Sendable {
        /// What its runs are called, or the options in which it differs from other groups, such as "algo rigl, density 0.1"; "all" of
        /// a single group.
        public var name: String
        /// Its runs, in the order given.
        public var runs: [FinishedRun] { compared.map(\.run) }
        /// The same, with what they stand for.
        var compared: [ComparedRun]
        /// Mean share of the connections of two of its runs that both have, over its pairs: stored in both over stored in
        /// either. Nil until `measureOverlap`, and of a single run.
        public var overlap: Double?

        /// Its name in a table of all groups: options in which it differs say by themselves which network and data it is about.
        func title(withPair: Bool) -> String {
            guard withPair, let run = compared.first, run.label != nil else { return name }
            return "\(run.pair): \(name)"
        }
    }

    /// In the order of their first runs.
    public private(set) var groups: [Group]

    /// Puts runs that differ by their seed alone together.
    public init(_ runs: [FinishedRun]) { self.init(runs.map { ComparedRun($0) }) }

    /// Puts runs that differ by their seed alone together, each called and measured as is said of it.
    public init(_ runs: [ComparedRun]) {
        var order: [[String: String]] = []
        var members: [[ComparedRun]] = []
        for run in runs {
            let choices = run.run.choices
            if let place = order.firstIndex(of: choices) {
                members[place].append(run)
            } else {
                order.append(choices)
                members.append([run])
            }
        }
        groups = zip(Self.names(of: order), members).map { Group(name: $1.first?.label ?? $0, compared: $1) }
    }

    /// Options that a reader looks for first.
    private static let mainOptions = ["algo", "model", "data", "density"]

    /// What tells groups apart: the main options that differ, and of the others as many as it takes, those first that all have.
    static func names(of choices: [[String: String]]) -> [String] {
        if choices.count == 1 { return ["all"] }
        let differing = TrainingConfiguration.options.map(\.name).filter { name in
            Set(choices.map { $0[name] }).count > 1
        }
        let main = differing.filter(mainOptions.contains)
        var labels = choices.map { choices in main.compactMap { words($0, choices) } }
        let others = differing.filter { !main.contains($0) }
        let common = others.filter { name in choices.allSatisfy { $0[name] != nil } }
        for name in common + others.filter({ !common.contains($0) }) where Set(labels).count < choices.count {
            let longer = zip(labels, choices).map { label, choices in label + [words(name, choices)].compactMap(\.self)
            }
            if Set(longer).count > Set(labels).count { labels = longer }
        }
        return labels.map { $0.joined(separator: ", ") }
    }

    private static func words(_ name: String, _ choices: [String: String]) -> String? {
        choices[name].map { "\(name) \($0)" }
    }

    /// Reads the checkpoints of all runs, and finds how much the topologies of a group's runs overlap.
    /// - Throws: `TrainedModelError` for a run without a checkpoint that can be read.
    public mutating func measureOverlap() throws {
        for index in groups.indices {
            let topologies = try groups[index].runs.map { try $0.topology() }
            var shares: [Double] = []
            for first in topologies.indices {
                for second in topologies.indices where second > first {
                    var (both, any) = (0, 0)
                    for (name, positions) in topologies[first] {
                        guard let common = topologies[second][name].flatMap(positions.overlap) else { continue }
                        (both, any) = (both + common.both, any + common.any)
                    }
                    if any > 0 { shares.append(Double(both) / Double(any)) }
                }
            }
            groups[index].overlap = shares.isEmpty ? nil : shares.reduce(0, +) / Double(shares.count)
        }
    }

    /// Mean and deviation of some numbers.
    public struct Statistic: Sendable, Equatable {
        /// Arithmetic mean.
        public var mean: Double
        /// Square root of the sum of squared distances from the mean over one less than there are; nil for a single number.
        public var deviation: Double?

        /// Nil for no numbers.
        public init?(_ numbers: [Double]) {
            guard !numbers.isEmpty else { return nil }
            let mean = numbers.reduce(0, +) / Double(numbers.count)
            self.mean = mean
            if numbers.count > 1 {
                let squares = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
                deviation = (squares / Double(numbers.count - 1)).squareRoot()
            }
        }
    }

    /// What is compared of a run.
    struct Measure: Sendable {
        var name: String
        /// Decimal places that are shown.
        var places: Int
        var value: @Sendable (ComparedRun) -> Double?
    }

    /// The metrics of the test samples that some run has, in their order.
    var metricNames: [String] {
        var names: [String] = []
        for value in groups.flatMap(\.runs).flatMap(\.summary.test.values)
        where value.value != nil && !names.contains(value.name) {
            names.append(value.name)
        }
        let known = Parts.metrics.names
        return known.filter(names.contains) + names.filter { !known.contains($0) }
    }

    /// The metrics of the test samples that some run has, and what the runs cost.
    var measures: [Measure] {
        let metrics = metricNames.map { name in Measure(name: "test \(name)", places: 4) { $0.run.summary.test[name] } }
        let costs = [
            Measure(name: "test loss", places: 4) { $0.run.summary.testLoss },
            Measure(name: "compression", places: 2) { $0.compression },
            Measure(name: "training FLOPs", places: 3) { $0.trainFLOPsRatio },
            Measure(name: "seconds", places: 2) { $0.run.summary.seconds },
            Measure(name: "peak MB", places: 1) { Double($0.run.summary.peakRSSBytes) / 1e6 },
        ]
        let runs = groups.flatMap(\.compared)
        return (metrics + costs).filter { measure in runs.contains { measure.value($0) != nil } }
    }

    /// The comparison as a table: a row for each group.
    public var table: ComparisonTable {
        let measures = measures
        let hasOverlap = groups.contains { $0.overlap != nil }
        let hasPairs = Set(groups.flatMap(\.compared).map(\.pair)).count > 1
        return ComparisonTable(
            header: ["options", "runs"] + measures.map(\.name) + (hasOverlap ? ["overlap"] : []),
            rows: groups.map { group in
                [.text(group.title(withPair: hasPairs)), .text("\(group.runs.count)")]
                    + measures.map { measure in
                        .statistic(
                            Statistic(group.compared.compactMap(measure.value)), places: measure.places)
                    }
                    + (hasOverlap
                        ? [.statistic(group.overlap.map { [$0] }.flatMap(Statistic.init), places: 3)] : [])
            })
    }
}
