import Foundation
import TestSupport
import Testing

@testable import SparseTraining

/// Runs side by side.
@Suite struct ComparisonTests {
    private func run(_ folder: TemporaryFolder, _ name: String, _ set: (inout TrainingConfiguration) -> Void) throws
        -> FinishedRun
    {
        var configuration = TrainingConfiguration()
        (configuration.model, configuration.steps, configuration.density) = ("mlp:20", 10, 0.2)
        configuration.out = folder.path(name)
        set(&configuration)
        _ = try Trainer(configuration).run()
        return try FinishedRun(contentsOf: folder.path(name))
    }

    @Test func statisticsAreThoseOfTheSample() throws {
        let four = try #require(RunComparison.Statistic([2, 4, 4, 6]))
        #expect(four.mean == 4)
        #expect(abs(try #require(four.deviation) - (8.0 / 3).squareRoot()) < 1e-15)
        #expect(RunComparison.Statistic([3])?.deviation == nil)
        #expect(RunComparison.Statistic([]) == nil)
    }

    @Test func runsOfOneConfigurationAreOneRow() throws {
        let folder = try TemporaryFolder()
        let runs = try (0..<3).map { seed in
            try run(folder, "a\(seed)") {
                ($0.seed, $0.threads) = (UInt64(seed), 1 + seed % 2)
            }
        }
        let other = try run(folder, "b") { $0.method = "static" }
        var comparison = RunComparison([runs[0], other, runs[1], runs[2]])
        #expect(comparison.groups.map(\.runs.count) == [3, 1])
        // Density is the same in both, and what only one of the methods reads tells nothing more.
        #expect(comparison.groups.map(\.name) == ["algo rigl", "algo static"])
        let others = try ([0.3, 0.4] as [Double]).map { fraction in
            try run(folder, "c\(fraction)") { ($0.method, $0.dropFraction) = ("set", fraction) }
        }
        let names = RunComparison([runs[0], other] + others).groups.map(\.name)
        #expect(names.count == 4 && Set(names).count == 4 && names[3] == "algo set, drop-fraction 0.4")

        let accuracies = runs.compactMap(\.summary.testAccuracy)
        let mean = accuracies.reduce(0, +) / 3
        let table = comparison.table.written(as: .csv).split(separator: "\n").map { line in
            line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        let column = try #require(table[0].firstIndex(of: "test accuracy"))
        #expect(abs(try #require(Double(table[1][column])) - mean) < 1e-12)
        #expect(comparison.table.text.contains(String(format: "%.4f ± ", mean)))

        // Overlap: by sets of positions.
        try comparison.measureOverlap()
        let sets = try runs.map { run in
            try TrainedModel(contentsOf: run.path).parameters.compactMap { parameter in
                parameter.matrix.flatMap { $0.storedCount < $0.positionCount ? Set($0.storedPositions()) : nil }
            }
        }
        var shares: [Double] = []
        for (first, second) in [(0, 1), (0, 2), (1, 2)] {
            let pairs = zip(sets[first], sets[second])
            let both = pairs.map { $0.intersection($1).count }.reduce(0, +)
            let any = pairs.map { $0.union($1).count }.reduce(0, +)
            shares.append(Double(both) / Double(any))
        }
        #expect(abs(try #require(comparison.groups[0].overlap) - shares.reduce(0, +) / 3) < 1e-12)
        #expect(comparison.groups[1].overlap == nil)
        #expect(comparison.table.text.split(separator: "\n")[0].hasSuffix("overlap"))
    }

    /// A method that only the program knows that trained with it.
    @Test func aMethodOfAProgramsOwnIsCompared() throws {
        let folder = try TemporaryFolder()
        let rigl = try #require(Parts.methods.entry(named: "rigl")?.part)
        let own = Method(name: "never-registered", summary: "", citation: "", preset: rigl.preset) {
            settings, run throws(PolicyError) in try DropAndGrow(settings, run: run)
        }
        var configuration = TrainingConfiguration()
        (configuration.model, configuration.steps, configuration.density) = ("mlp:20", 10, 0.2)
        configuration.out = folder.path("own")
        _ = try Trainer(configuration, method: own).run()
        let runs = [try FinishedRun(contentsOf: folder.path("own")), try run(folder, "set") { $0.method = "set" }]
        #expect(runs[0].configuration.method == "never-registered")
        let names = RunComparison(runs).groups.map(\.name)
        #expect(names == ["algo never-registered", "algo set"])
        // A file of options is no record of a run: what it names must be known.
        let file = URL(filePath: folder.path("own/config.json"))
        #expect(throws: ConfigurationError.self) { try TrainingConfiguration(file: file) }
    }

    @Test func formsSayTheSame() {
        let table = ComparisonTable(
            header: ["options", "test a_b"],
            rows: [
                [.text("x | 50%"), .statistic(.init([1, 3]), places: 1)], [.text("y"), .statistic(nil, places: 1)],
            ])
        #expect(table.written(as: .text) == "options   test a_b\nx | 50%  2.0 ± 1.4\ny                -")
        #expect(
            table.written(as: .markdown)
                == "| options | test a_b |\n|---|---:|\n| x \\| 50% | 2.0 ± 1.4 |\n| y | - |")
        #expect(
            table.written(as: .csv) == "options,test a_b,test a_b deviation\nx | 50%,2.0,1.4142135623730951\ny,,")
        #expect(
            table.written(as: .latex).contains("x | 50\\% & $2.0 \\pm 1.4$ \\\\\n")
                && table.written(as: .latex).contains("options & test a\\_b \\\\"))
    }

    @Test func aFolderWithoutARunIsRefused() throws {
        let folder = try TemporaryFolder()
        let error = #expect(throws: ConfigurationError.self) { try FinishedRun(contentsOf: folder.path("none")) }
        #expect(error?.description.contains("none/summary.json") == true)
        try Data("{}".utf8).write(to: URL(filePath: folder.path("summary.json")))
        #expect(throws: ConfigurationError.self) { try FinishedRun(contentsOf: folder.path) }
    }
}
