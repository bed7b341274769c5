internal import SparseModels
internal import SparseParts

/// Gives up runs that are hopeless (Jamieson, Talwalkar, "Non-stochastic best arm identification and hyperparameter optimization",
/// AISTATS 2016): after a quarter and after half of its epochs, the better half of the configurations goes on.
///
/// Configurations compete with those of the same data, model and density or ratio: at other ratios they are other points of a
/// trade-off curve, not hopeless ones. Runs that differ by their seed alone are one configuration, so a curve keeps all seeds of
/// its points. Dense networks do not compete; they are what others are compared with. All decisions follow from what was measured
/// at the epoch itself, so that a sweep that was killed decides the same.
package struct SuccessiveHalving: Sendable {
    /// What a run is to do.
    package enum Task: Sendable {
        /// Train until it has measured this epoch; nil: to its end.
        case train(until: Int?)
        /// Others have not measured the epoch yet by which it is decided.
        case wait
        /// It is given up after this epoch.
        case stop(EpochRecord)
    }

    /// Shares of its epochs after which a run is judged.
    static let rungs = [0.25, 0.5]

    private let brackets: [[Configuration]]
    private let free: [String]

    /// Runs that differ by their seed alone.
    private struct Configuration {
        var runs: [SweepRun]
    }

    /// - Throws: `ConfigurationError` for a run without validation samples: the test is not there to choose by.
    package init(_ runs: [SweepRun]) throws(ConfigurationError) {
        var order: [String] = []
        var members: [String: [String: [SweepRun]]] = [:]
        var configurations: [String: [String]] = [:]
        let all = Options()
        for run in runs where !run.isBaseline && run.fault == nil {
            guard run.configuration.validationFraction > 0 else {
                throw .rejected(
                    reason:
                        "--halving compares runs by samples that are held out: give --\(all.validationFraction.name)")
            }
            let place = run.options.first { SweepOption.subject(of: $0.key) == all.density.name }
            let bracket = "\(run.pair)\n\(place.map { "\($0.key) \($0.value)" } ?? "")"
            if members[bracket] == nil { order.append(bracket) }
            if members[bracket]?[run.withoutSeed] == nil {
                configurations[bracket, default: []].append(run.withoutSeed)
            }
            members[bracket, default: [:]][run.withoutSeed, default: []].append(run)
        }
        brackets = order.map { bracket in
            (configurations[bracket] ?? []).map { Configuration(runs: members[bracket]?[$0] ?? []) }
        }
        free = runs.filter { $0.isBaseline || $0.fault != nil }.map(\.name)
    }

    /// What each run is to do, by name.
    /// - Parameters:
    ///   - records: The epochs that a run has measured, by number.
    ///   - hasFailed: Whether a run has ended without a result: it competes no more.
    package func tasks(
        records: (SweepRun) -> [Int: EpochRecord], hasFailed: (SweepRun) -> Bool
    ) -> [String: Task] {
        var tasks: [String: Task] = [:]
        for name in free { tasks[name] = .train(until: nil) }
        for bracket in brackets {
            var alive = bracket.map { Configuration(runs: $0.runs.filter { !hasFailed($0) }) }.filter {
                !$0.runs.isEmpty
            }
            for run in alive.flatMap(\.runs) { tasks[run.name] = .train(until: nil) }
            rungs: for share in Self.rungs {
                var judged: [(place: Int, value: Double)] = []
                var isWaiting = false
                for (place, configuration) in alive.enumerated() {
                    var values: [Double] = []
                    for run in configuration.runs {
                        let epoch = Self.epoch(share, of: run)
                        if let record = records(run)[epoch] {
                            values.append(Self.value(of: record))
                        } else {
                            isWaiting = true
                            tasks[run.name] = .train(until: epoch)
                        }
                    }
                    judged.append((place, values.reduce(0, +) / Double(max(values.count, 1))))
                }
                if isWaiting {
                    for run in alive.flatMap(\.runs) where records(run)[Self.epoch(share, of: run)] != nil {
                        tasks[run.name] = .wait
                    }
                    break rungs
                }
                let kept = Set(
                    judged.sorted { $0.value != $1.value ? $0.value > $1.value : $0.place < $1.place }
                        .prefix((alive.count + 1) / 2).map(\.place))
                for (place, configuration) in alive.enumerated() where !kept.contains(place) {
                    for run in configuration.runs {
                        if let record = records(run)[Self.epoch(share, of: run)] { tasks[run.name] = .stop(record) }
                    }
                }
                alive = alive.enumerated().filter { kept.contains($0.offset) }.map(\.element)
            }
        }
        return tasks
    }

    private static func epoch(_ share: Double, of run: SweepRun) -> Int {
        max(1, Int((share * Double(run.need?.epochs ?? 1)).rounded(.up)))
    }

    /// Larger is better. What was not measured is worse than anything.
    private static func value(of record: EpochRecord) -> Double {
        guard let metric = record.validation.values.first else { return -(record.validation.loss ?? .infinity) }
        let isBetterHigher = Parts.metrics.entry(named: metric.name)?.part.isBetterHigher ?? true
        guard let value = metric.value, value.isFinite else { return -.infinity }
        return isBetterHigher ? value : -value
    }
}
