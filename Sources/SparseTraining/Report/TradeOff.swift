internal import SparseModels
internal import SparseParts

/// Quality against cost: a point for each group of runs that differ by their seed alone, and the front of those that none is better than.
struct TradeOff {
    /// Runs that differ by their seed alone.
    struct Group: Sendable {
        /// The curve that they are a point of, such as their method.
        var series: String
        var runs: [ComparedRun]
    }

    /// What is paid, by an axis.
    struct Cost: Sendable {
        var name: String
        /// In the title of a chart.
        var title: String
        /// At the axis, with the unit.
        var label: String
        var base: Double
        /// Whether more of it is worse; of compression more is better.
        var isWorseHigher: Bool
        var value: @Sendable (ComparedRun) -> Double?
    }

    static let costs: [Cost] = [
        Cost(
            name: "compression", title: "compression", label: "compression (dense parameters over trained)", base: 2,
            isWorseHigher: false
        ) {
            $0.compression
        },
        Cost(
            name: "flops", title: "training FLOPs", label: "training FLOPs over those of dense training", base: 10,
            isWorseHigher: true
        ) {
            $0.trainFLOPsRatio
        },
        Cost(name: "seconds", title: "time", label: "seconds of the run", base: 10, isWorseHigher: true) {
            $0.run.summary.seconds
        },
        Cost(
            name: "memory", title: "peak memory", label: "peak memory of the process (MB)", base: 10,
            isWorseHigher: true
        ) {
            Double($0.run.summary.peakRSSBytes) / 1e6
        },
    ]

    private let groups: [Group]
    private let metric: String
    private let isHigherBetter: Bool

    /// - Parameter groups: Of one pair of network and data.
    init(_ groups: [Group], metric: String) {
        (self.groups, self.metric) = (groups, metric)
        isHigherBetter = Parts.metrics.entry(named: metric)?.part.isBetterHigher ?? false
    }

    /// One point of each group: means over its runs.
    private func points(_ cost: Cost) -> [(series: String, point: LineChart.Point)] {
        groups.compactMap { group in
            guard let x = RunComparison.Statistic(group.runs.compactMap(cost.value)),
                let y = RunComparison.Statistic(group.runs.compactMap { $0.run.summary.test[metric] })
            else { return nil }
            return (group.series, LineChart.Point(x: x.mean, y: y.mean, deviation: y.deviation))
        }
    }

    func chart(_ cost: Cost, name: String) -> LineChart? {
        let points = points(cost)
        var series: [LineChart.Series] = []
        for name in points.map(\.series) where !series.contains(where: { $0.name == name }) {
            let own = points.filter { $0.series == name }.map(\.point).sorted { $0.x < $1.x }
            series.append(LineChart.Series(name: name, points: own, mark: .lineWithPoints))
        }
        let front = ParetoFront.of(
            points.map(\.point), isCheaperLower: cost.isWorseHigher, isHigherBetter: isHigherBetter)
        if points.count > 2 { series.append(LineChart.Series(name: "Pareto front", points: front, mark: .line)) }
        return LineChart(
            "\(name)-\(cost.name)", title: "Test \(metric) against \(cost.title)",
            summary:
                "Means over runs that differ by their seed; upright lines are their standard deviations. The front joins "
                + "what no other point is better than in both.",
            x: .init(label: cost.label, kind: .logarithmic(base: cost.base)), y: .init(label: "test \(metric)"),
            series: series)
    }
}

/// Points that no other is at least as good as in both ways, and better in one.
enum ParetoFront {
    /// In the order of their costs.
    static func of(_ points: [LineChart.Point], isCheaperLower: Bool, isHigherBetter: Bool) -> [LineChart.Point] {
        let sorted = points.filter { $0.x.isFinite && $0.y.isFinite }.sorted { one, other in
            if one.x != other.x { return isCheaperLower ? one.x < other.x : one.x > other.x }
            return isHigherBetter ? one.y > other.y : one.y < other.y
        }
        var front: [LineChart.Point] = []
        for point in sorted {
            if let last = front.last, isHigherBetter ? point.y <= last.y : point.y >= last.y { continue }
            front.append(LineChart.Point(x: point.x, y: point.y, deviation: nil))
        }
        return front.sorted { $0.x < $1.x }
    }
}
