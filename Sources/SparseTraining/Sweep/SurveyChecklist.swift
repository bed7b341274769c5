internal import Foundation
internal import SparseParts

/// Which points of the checklist of Blalock, Gonzalez Ortiz, Frankle, Guttag ("What is the state of neural network pruning?",
/// MLSys 2020) the runs of a sweep meet.
package struct SurveyChecklist: Sendable {
    /// In the order of the survey.
    package let items: [Finding]

    /// Looks at the runs that are done.
    package init(_ results: SweepResults) {
        let done = results.rows.filter { if case .done = $0.state { true } else { false } }
        items = [
            Self.pairs(done), Self.definitions(done), Self.topOneAndFive(done), Self.ratios(done), Self.seeds(done),
            Self.deviations(done), Self.baselines(done), Self.measured(done), Self.reproducible(results, done),
        ]
    }

    private typealias Row = SweepResults.Row

    /// A line for each point, for a terminal.
    package var lines: [String] { items.map { "[\($0.isMet ? "x" : " ")] \($0.title): \($0.detail)" } }

    private static func pairs(_ done: [Row]) -> Finding {
        let pairs = unique(done.map(\.run.pair))
        let data = unique(done.map(\.run.configuration.data))
        return Finding(
            title: "at least 3 pairs of data and network", isMet: pairs.count >= 3 && data.count > 1,
            detail: count(pairs.count, "pair", of: pairs))
    }

    private static func definitions(_ done: [Row]) -> Finding {
        let missed = done.filter { row in
            guard let asked = row.run.ratio, let reached = row.outcome?.compression, !row.run.isBaseline else {
                return false
            }
            return abs(reached / asked - 1) > 0.05
        }
        return Finding(
            title: "compression ratio and theoretical speedup as the survey defines them",
            isMet: !done.isEmpty && missed.isEmpty,
            detail:
                "all parameters / parameters left, biases and normalisation among both; multiplications of the dense "
                + "network / those left"
                + (missed.isEmpty
                    ? "" : "; not within 5 % of the ratio asked for: \(list(missed.map(\.run.name)))"))
    }

    private static func topOneAndFive(_ done: [Row]) -> Finding {
        let without = done.filter { $0.outcome?.test["accuracy"] == nil || $0.outcome?.test["top5"] == nil }
        return Finding(
            title: "top-1 and top-5", isMet: !done.isEmpty && without.isEmpty,
            detail: without.isEmpty
                ? "columns test_accuracy and test_top5" : "missing of: \(list(without.map(\.run.name)))")
    }

    /// Each sparse method of each pair.
    private static func ratios(_ done: [Row]) -> Finding {
        var short: [String] = []
        for pair in unique(done.map(\.run.pair)) {
            let rows = done.filter { $0.run.pair == pair }
            if !rows.contains(where: \.run.isDenseReference) { short.append("\(pair): no network at ratio 1") }
            for method in unique(rows.filter { !$0.run.isBaseline }.map(\.run.method)) {
                let points = Set(
                    rows.filter { $0.run.method == method }.map { ($0.outcome?.compression ?? 0).operatingPoint })
                if points.count < 5 { short.append("\(pair), \(method): \(count(points.count, "ratio"))") }
            }
        }
        let hasSparse = done.contains { !$0.run.isBaseline }
        return Finding(
            title: "at least 5 compression ratios, with the dense network at ratio 1 as the control",
            isMet: hasSparse && short.isEmpty,
            detail: !hasSparse
                ? "no sparse network"
                : short.isEmpty ? "for each pair and sparse method" : list(short))
    }

    private static func seeds(_ done: [Row]) -> Finding {
        var faults: [String] = []
        var counts: [Int] = []
        for pair in unique(done.map(\.run.pair)) {
            let groups = Dictionary(grouping: done.filter { $0.run.pair == pair }) { $0.run.withoutSeed }
            let seeds = groups.values.map { Set($0.map(\.run.configuration.seed)) }
            counts += seeds.map(\.count)
            if Set(seeds).count > 1 { faults.append("\(pair): not the same for all") }
        }
        let fewest = counts.min() ?? 0
        if fewest < 3 { faults.append("\(count(fewest, "seed")) of some") }
        return Finding(
            title: "at least 3 seeds, the same for all methods", isMet: faults.isEmpty,
            detail: faults.isEmpty ? "\(count(fewest, "seed"))" : list(faults))
    }

    private static func deviations(_ done: [Row]) -> Finding {
        let groups = Dictionary(grouping: done) { $0.run.pair + "\n" + $0.run.withoutSeed }
        let single = groups.values.count { $0.count < 2 }
        return Finding(
            title: "mean and standard deviation over seeds", isMet: !groups.isEmpty && single == 0,
            detail: single == 0 ? "of every point" : "\(single) of \(groups.count) points have one run")
    }

    private static func baselines(_ done: [Row]) -> Finding {
        var missing: [String] = []
        for pair in unique(done.map(\.run.pair)) {
            let methods = Set(done.filter { $0.run.pair == pair }.map(\.run.method))
            let lacking = [SweepOption.dense, SweepOption.smallDense, SweepOption.staticRandom].filter {
                !methods.contains($0)
            }
            if !lacking.isEmpty { missing.append("\(pair): no \(lacking.joined(separator: ", no "))") }
        }
        return Finding(
            title: "baselines on the same code: random static, dense, small dense of as many parameters",
            isMet: !done.isEmpty && missing.isEmpty, detail: missing.isEmpty ? "for each pair" : list(missing))
    }

    private static func measured(_ done: [Row]) -> Finding {
        let without = done.filter { ($0.outcome?.peakRSSBytes ?? 0) <= 0 }
        return Finding(
            title: "measured time and memory beside the theoretical speedup", isMet: !done.isEmpty && without.isEmpty,
            detail: "columns seconds, samples_per_second and peak_rss_bytes, each run a process of its own"
                + (without.isEmpty ? "" : "; missing of: \(list(without.map(\.run.name)))"))
    }

    private static func reproducible(_ results: SweepResults, _ done: [Row]) -> Finding {
        let rest = results.rows.count - done.count
        return Finding(
            title: "all runs of the plan, each with the options that make it again", isMet: !done.isEmpty && rest == 0,
            detail: rest == 0
                ? "\(count(done.count, "run")), each with its config.json"
                : "\(rest) of \(results.rows.count) are not done")
    }

    private static func unique(_ texts: [String]) -> [String] {
        var seen: Set<String> = []
        return texts.filter { seen.insert($0).inserted }
    }

    private static func count(_ number: Int, _ word: String, of names: [String] = []) -> String {
        "\(number) \(word)\(number == 1 ? "" : "s")" + (names.isEmpty ? "" : ": " + names.joined(separator: "; "))
    }

    /// The first few.
    private static func list(_ texts: [String]) -> String {
        texts.prefix(4).joined(separator: "; ") + (texts.count > 4 ? "; and \(texts.count - 4) more" : "")
    }
}

extension SweepRun {
    /// Its options without the seed, as a key.
    package var withoutSeed: String {
        options.filter { $0.key != Options().seed.name }.sorted { $0.key < $1.key }
            .map { "\($0.key)=\($0.value)" }.joined(separator: "\n") + "\n" + method
    }
}

extension Double {
    /// Ratios that differ by less than a tenth are one operating point: seeds and methods round differently.
    fileprivate var operatingPoint: Int { Int((log(Swift.max(self, 1e-9)) * 10).rounded()) }
}
