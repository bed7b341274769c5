internal import Foundation

/// The report of several runs: tables, curves side by side, and what quality costs.
enum ComparisonReport {
    /// Options that say how large a network is, and are points of a curve rather than curves.
    private static let sizes: Set<String> = ["density", "layer-density"]

    static func page(_ runs: [ComparedRun], title: String, findings: [Finding], remarks: [String]) throws -> Page {
        var page = Page(title: title)
        let comparison = RunComparison(runs)
        page.section("Summary")
        let seeds = Set(runs.map(\.run.summary.seed)).count
        page.paragraph(
            "\(runs.count) runs with \(seeds) \(seeds == 1 ? "seed" : "seeds"). Runs that differ by their seed alone are one row, with mean ± "
                + "standard deviation (of the runs, over one less than there are).")
        page.list(remarks)
        page.table(
            ChartTable(header: comparison.table.header, rows: comparison.table.texts),
            caption:
                "Compression: parameters of the dense network over those trained, biases and scales among them. Training FLOPs: "
                + "over those of dense training on as many samples. Seconds and peak memory are of the whole process.")
        if !findings.isEmpty { add(findings, to: &page) }
        var pairs: [String] = []
        for run in runs where !pairs.contains(run.pair) { pairs.append(run.pair) }
        for pair in pairs {
            page.section(pair)
            try add(runs.filter { $0.pair == pair }, number: pairs.count > 1 ? "\(pair.slug)-" : "", to: &page)
        }
        page.section("Runs")
        page.table(
            ChartTable(
                header: ["folder", "method", "density", "seed", "weights", "seconds"],
                rows: runs.map(\.run).map { run in
                    let summary = run.summary
                    return [
                        run.path, summary.method, NumberText.short(summary.density), "\(summary.seed)",
                        NumberText.whole(summary.nonzeros), NumberText.short(summary.seconds),
                    ]
                }),
            caption:
                "Each folder has the run's config.json, which repeats it: sparsetrain --config FOLDER/config.json --out ANOTHER."
        )
        return page
    }

    /// What is said of a checklist.
    private static func add(_ findings: [Finding], to page: inout Page) {
        page.section("Checklist")
        page.table(
            ChartTable(
                header: ["asked", "met", "found"],
                rows: findings.map { [$0.title, $0.isMet ? "yes" : "no", $0.detail] }),
            caption:
                "The points that Blalock, Gonzalez Ortiz, Frankle and Guttag, \"What is the state of neural network "
                + "pruning?\" (MLSys 2020), ask of a comparison.",
            hasText: true)
    }

    /// The charts of one network on one data set.
    private static func add(_ runs: [ComparedRun], number: String, to page: inout Page) throws {
        let groups = groups(runs)
        let metrics = RunComparison(runs).metricNames
        if let metric = metrics.first, groups.count > 1 {
            let tradeOff = TradeOff(groups, metric: metric)
            page.charts(TradeOff.costs.map { tradeOff.chart($0, name: number + metric.slug) })
        }
        let curves = try Curves(runs)
        page.charts(
            [curves.loss(name: number)] + metrics.map { curves.metric($0, name: number) }
                + [curves.density(name: number), curves.explored(name: number)])
    }

    /// Runs that differ by their seed alone, with the curves they are on.
    private static func groups(_ runs: [ComparedRun]) -> [TradeOff.Group] {
        let comparison = RunComparison(runs)
        let choices = comparison.groups.map { $0.runs[0].choices.filter { !sizes.contains($0.key) } }
        let names = RunComparison.names(of: choices).map { $0.hasPrefix("algo ") ? String($0.dropFirst(5)) : $0 }
        return zip(comparison.groups, names).map { group, name in
            TradeOff.Group(series: group.compared.first?.series ?? name, runs: group.compared)
        }
    }
}

/// Curves of groups of runs, means over seeds.
private struct Curves {
    private let groups: [(name: String, histories: [RunHistory])]

    init(_ runs: [ComparedRun]) throws {
        groups = try RunComparison(runs).groups.map { group in
            (
                group.name,
                try group.runs.map { run in
                    let folder = URL(filePath: run.path, directoryHint: .isDirectory)
                    return try RunHistory(contentsOf: folder.appending(path: FolderContent.metrics))
                }
            )
        }
    }

    /// The mean of what the runs have at each place.
    private func series(_ points: (RunHistory) -> [(x: Int, y: Double)]) -> [LineChart.Series] {
        groups.map { group in
            var values: [Int: [Double]] = [:]
            for history in group.histories {
                for point in points(history) { values[point.x, default: []].append(point.y) }
            }
            let means = values.sorted { $0.key < $1.key }.compactMap { x, values in
                RunComparison.Statistic(values).map { LineChart.Point(x: Double(x), y: $0.mean) }
            }
            return LineChart.Series(name: group.name, points: means)
        }
    }

    private static let epochs = PlotFrame.Axis(label: "epoch", wholeNumbers: true)
    private static let steps = PlotFrame.Axis(label: "weight updates")

    func loss(name: String) -> LineChart? {
        LineChart(
            name + "loss", title: "Test loss",
            summary: "Mean loss of a test sample after each epoch; means over seeds.",
            x: Self.epochs, y: .init(label: "test loss"),
            series: series { history in history.epochs.compactMap { epoch in epoch.test.loss.map { (epoch.epoch, $0) } }
            })
    }

    func metric(_ metric: String, name: String) -> LineChart? {
        LineChart(
            name + metric.slug, title: "Test \(metric)",
            summary: "The metric \(metric) of the test samples after each epoch; means over seeds.",
            x: Self.epochs, y: .init(label: "test \(metric)"),
            series: series { history in
                history.epochs.compactMap { epoch in epoch.test[metric].map { (epoch.epoch, $0) } }
            })
    }

    func density(name: String) -> LineChart? {
        LineChart(
            name + "density", title: "Density",
            summary: "Stored weights over positions after each epoch; means over seeds.",
            x: Self.epochs, y: .init(label: "density", includesZero: true),
            series: series { history in history.epochs.map { ($0.epoch, $0.density) } })
    }

    func explored(name: String) -> LineChart? {
        LineChart(
            name + "explored", title: "Explored positions, R_s",
            summary: "Share of all positions that were stored at any time of the run; means over seeds.", x: Self.steps,
            y: .init(label: "share of positions", includesZero: true),
            series: series { history in history.updates.map { ($0.step, $0.exploredFraction) } })
    }
}
