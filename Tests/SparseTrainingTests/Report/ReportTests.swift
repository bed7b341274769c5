import Foundation
import SparseData
import SparseModels
import SparseStore
import TestSupport
import Testing

@testable import SparseTraining

#if canImport(FoundationXML)
import FoundationXML
#endif

/// Pages about runs: what they say is what the files say.
@Suite struct ReportTests {
    private func configuration(_ out: String) -> TrainingConfiguration {
        var run = TrainingConfiguration()
        (run.model, run.epochs, run.batchSize, run.out) = ("mlp:20", 4, 100, out)
        (run.deltaT, run.validationFraction) = (.steps(5), 0.1)
        return run
    }

    private func table(_ csv: String) -> [[String]] {
        csv.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    }

    @Test func theNumbersAreThoseOfTheRun() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("run")
        let summary = try Trainer(configuration(path)).run()
        let page = try String(contentsOfFile: path + "/report.html", encoding: .utf8)
        let report = try TrainingReport(of: path)
        #expect(page == report.html)

        let history = try RunHistory(contentsOf: URL(filePath: path + "/metrics.jsonl"))
        #expect(history.epochs.count == 4 && history.updates.count == summary.topologyUpdates)
        func figure(_ name: String) throws -> [[String]] {
            table(try #require(report.figures.first { $0.name == name }).csv)
        }
        let accuracy = try figure("accuracy")
        #expect(accuracy[0] == ["epoch", "training", "validation", "test"])
        for (row, epoch) in zip(accuracy.dropFirst(), history.epochs) {
            #expect(
                row.map(Double.init) == [
                    Double(epoch.epoch), epoch.trainAccuracy, epoch.validationAccuracy, epoch.testAccuracy,
                ])
        }
        let moved = try figure("moved")
        for (row, update) in zip(moved.dropFirst(), history.updates) {
            #expect(Double(row[1]) == Double(update.layers.map(\.dropped).reduce(0, +)))
        }
        // Every chart can be drawn by itself.
        for figure in report.figures {
            #expect(XMLParser(data: Data(figure.svg.utf8)).parse(), "\(figure.name)")
        }
        #expect(Set(report.figures.map(\.name)).count == report.figures.count && report.figures.count > 15)

        // Class by class it says what an evaluation says.
        let classes = try #require(ClassReport(contentsOf: URL(filePath: path + "/classes.json")))
        let model = try TrainedModel(contentsOf: path)
        let evaluation = try model.evaluate(model.configuration.testSamples())
        #expect(classes == evaluation.report)
    }

    /// The inputs of a table, as `importance` ranks them.
    @Test func inputsAreRanked() throws {
        let folder = try TemporaryFolder()
        let rows = (0..<300).map {
            "\($0 * 7 % 31),\($0 % 13),\(["red", "blue"][$0 % 2]),\($0 % 13 > 6 ? "yes" : "no")\n"
        }
        var run = configuration(folder.path("run"))
        run.data = try folder.write("width,height,colour,class\n" + rows.joined(), to: "t.csv")
        _ = try Trainer(run).run()
        let report = try TrainingReport(of: folder.path("run"))
        #expect(try String(contentsOfFile: folder.path("run") + "/report.html", encoding: .utf8) == report.html)
        let shown = table(try #require(report.figures.first { $0.name == "inputs" }).csv).dropFirst()
        let ranked = try InputImportance(TrainedModel(contentsOf: folder.path("run"))).inputs
        #expect(ranked.count == 4 && shown.map { $0[0] } == ranked.map(\.name))
        for (row, input) in zip(shown, ranked) { #expect(abs((Double(row[1]) ?? -1) - input.paths) < 1e-9) }
        // Pixels have a picture of their own.
        _ = try Trainer(configuration(folder.path("digits"))).run()
        #expect(try !TrainingReport(of: folder.path("digits")).figures.contains { $0.name == "inputs" })
    }

    /// Connections of a layer, counted over all pairs of an output and an input.
    @Test(arguments: ["mlp:40", "mlp:24", "mlp:10"])
    func picturesCountConnections(model: String) throws {
        let folder = try TemporaryFolder()
        var run = configuration(folder.path("run"))
        run.model = model
        if model == "mlp:24" { try run.set("block", to: "8") }
        if model == "mlp:10" { (run.method, run.density) = ("dense", 1) }
        _ = try Trainer(run).run()
        let trained = try TrainedModel(contentsOf: folder.path("run"))
        let matrix = try #require(trained.weights.first)
        let picture = LayerPicture(name: "fc1", matrix: matrix)
        var isStored = [[Bool]](repeating: [Bool](repeating: false, count: matrix.columns), count: matrix.rows)
        for position in matrix.storedPositions() {
            let across = (matrix.columns + matrix.unitColumns - 1) / matrix.unitColumns
            for row in 0..<matrix.unitRows {
                for column in 0..<matrix.unitColumns {
                    isStored[position / across * matrix.unitRows + row][
                        position % across * matrix.unitColumns + column] = true
                }
            }
        }
        #expect(picture.fanIn == isStored.map { $0.count(where: \.self) })
        #expect(picture.fanOut == (0..<matrix.columns).map { column in isStored.count { $0[column] } })
        // 64 inputs are 48 columns: the shares, weighted by what a cell holds, add up to what is stored.
        let pattern = try #require(picture.pattern)
        let (unitsDown, unitsAcross) = (matrix.rows / matrix.unitRows, matrix.columns / matrix.unitColumns)
        var expected = [Double](repeating: 0, count: pattern.values.count)
        var held = expected
        for row in 0..<unitsDown {
            for column in 0..<unitsAcross {
                let cell = row * pattern.rows / unitsDown * pattern.columns + column * pattern.columns / unitsAcross
                held[cell] += 1
                if isStored[row * matrix.unitRows][column * matrix.unitColumns] { expected[cell] += 1 }
            }
        }
        #expect(pattern.values == zip(expected, held).map { $0 / $1 })
        let image = try #require(picture.inputImage(channels: 1, rows: 8, columns: 8))
        #expect(image.values == picture.fanOut.map(Double.init))
        #expect(picture.inputImage(channels: 1, rows: 8, columns: 9) == nil)
    }

    /// Names come from data and paths: in a page they are text.
    @Test func namesStayText() throws {
        let folder = try TemporaryFolder()
        let hostile = "<script>alert('1')</script>"
        let file = folder.path("a<img src=x onerror=y>.csv")
        let lines = (0..<40).map { "\($0 % 7),\($0 % 3),\($0 % 2 == 0 ? hostile : "\"b & <b>\"")" }
        try ("x<y>,\"\(hostile)\",class\n" + lines.joined(separator: "\n") + "\n").write(
            toFile: file, atomically: true, encoding: .utf8)
        var run = TrainingConfiguration()
        (run.data, run.model, run.epochs, run.density) = (file, "mlp:8", 2, 0.5)
        run.out = folder.path("o'<u>ut")
        _ = try Trainer(run).run()
        let page = try TrainingReport(of: folder.path("o'<u>ut")).html
        let runs = try [ComparedRun(FinishedRun(contentsOf: folder.path("o'<u>ut")))]
        let several = try TrainingReport(
            comparing: runs, title: hostile, findings: [Finding(title: hostile, isMet: true, detail: hostile)],
            remarks: [hostile]
        ).html
        for html in [page, several] {
            #expect(html.contains("&lt;script&gt;") && html.split(separator: "<script>").count == 2)
            for tag in ["<img", "<u>", "<b>"] { #expect(!html.contains(tag), "\(tag)") }
            // Nothing is loaded.
            #expect(!html.contains("http://") && !html.contains("https://") && !html.contains("url("))
        }
    }

    @Test func runsAreComparedByTheirMeans() throws {
        let folder = try TemporaryFolder()
        var runs: [ComparedRun] = []
        for (method, density) in [("set", 0.1), ("set", 0.3), ("static", 0.1), ("static", 0.3)] {
            for seed in [UInt64(0), 1] {
                var run = configuration(folder.path("\(method)-\(density)-\(seed)"))
                (run.method, run.density, run.seed, run.report) = (method, density, seed, false)
                _ = try Trainer(run).run()
                #expect(
                    !FileManager.default.fileExists(atPath: folder.path("\(method)-\(density)-\(seed)/report.html")))
                runs.append(ComparedRun(try FinishedRun(contentsOf: folder.path("\(method)-\(density)-\(seed)"))))
            }
        }
        let report = try TrainingReport(comparing: runs, title: "all")
        let front = table(try #require(report.figures.first { $0.name == "accuracy-compression" }).csv)
        #expect(Set(front.dropFirst().map { $0[0] }) == ["set", "static", "Pareto front"])
        let set = front.filter { $0[0] == "set" }
        #expect(set.count == 2)
        // The larger compression is the smaller density.
        let expected = [0.3, 0.1].map { density in
            let accuracies = runs.filter { $0.run.summary.method == "set" && $0.run.configuration.density == density }
                .compactMap(\.run.summary.testAccuracy)
            return accuracies.reduce(0, +) / 2
        }
        for (row, mean) in zip(set, expected) { #expect(abs(try #require(Double(row[2])) - mean) < 1e-12) }
    }

    @Test func hostileMetricsAreRefused() throws {
        let folder = try TemporaryFolder()
        let file = URL(filePath: folder.path("metrics.jsonl"))
        let path = folder.path("run")
        _ = try Trainer(configuration(path)).run()
        let text = try String(contentsOfFile: path + "/metrics.jsonl", encoding: .utf8)
        // Half a last line is that of a process that was killed.
        try (text + text.prefix(70)).write(to: file, atomically: true, encoding: .utf8)
        #expect(try RunHistory(contentsOf: file).epochs.count == 4)
        try (text.prefix(70) + "\n" + text).write(to: file, atomically: true, encoding: .utf8)
        #expect { try RunHistory(contentsOf: file) } throws: { "\($0)".contains("line 1 is no record of a run") }
        // Long runs are thinned, with their first and last lines.
        let line = text.split(separator: "\n").first { $0.contains("\"event\":\"epoch\"") } ?? ""
        let many = (1...2500).map { line.replacing(/"epoch":\d+/, with: "\"epoch\":\($0)") }.joined(separator: "\n")
        try many.write(to: file, atomically: true, encoding: .utf8)
        let epochs = try RunHistory(contentsOf: file).epochs
        #expect(epochs.count == RunHistory.mostRecords && epochs.first?.epoch == 1 && epochs.last?.epoch == 2500)
        #expect(throws: ConfigurationError.self) { try RunHistory(contentsOf: URL(filePath: folder.path("none"))) }
        try "{\"classes\":[],\"confusion\":[[1]]}".write(to: file, atomically: true, encoding: .utf8)
        #expect(ClassReport(contentsOf: file) == nil)
    }

    /// A page that cannot be written does not end a run that is over.
    @Test func aPageThatCannotBeWrittenIsSaid() throws {
        final class Blocking: TrainingObserver {
            let path: String
            var errors: [TrainingError] = []
            init(_ path: String) { self.path = path }
            func runDidEnd(_ summary: TrainingSummary) throws {
                try FileManager.default.createDirectory(
                    atPath: path + "/report.html/in-the-way", withIntermediateDirectories: true)
            }
            func writingFailed(_ error: TrainingError) { errors.append(error) }
        }
        let folder = try TemporaryFolder()
        let blocking = Blocking(folder.path("run"))
        let summary = try Trainer(configuration(folder.path("run")), observers: [blocking]).run()
        #expect(summary.epochs == 4 && blocking.errors.count == 1)
        #expect("\(blocking.errors)".contains("report.html"))
        var strict = configuration(folder.path("strict"))
        strict.onWriteFailure = .stop
        #expect(throws: TrainingError.self) { try Trainer(strict, observers: [Blocking(folder.path("strict"))]).run() }
    }

    @Test func aPageOfSomebodyElseIsNotTouched() throws {
        let folder = try TemporaryFolder()
        for name in ["report.html", "classes.json"] {
            try Data("mine".utf8).write(to: URL(filePath: folder.path(name)))
            #expect(throws: ConfigurationError.self) { try Trainer(configuration(folder.path)) }
            #expect(try String(contentsOfFile: folder.path(name), encoding: .utf8) == "mine")
            try FileManager.default.removeItem(atPath: folder.path(name))
        }
    }
}
