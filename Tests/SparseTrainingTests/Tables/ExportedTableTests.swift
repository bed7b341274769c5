import Foundation
import TestSupport
import Testing

@testable import SparseData
@testable import SparseTraining

/// Tables as people export them: found, trained and predicted, or refused with one line.
@Suite struct ExportedTableTests {
    @Test(arguments: ExportedTable.all) func table(_ example: ExportedTable) throws {
        let folder = try TemporaryFolder()
        try Data(example.content).write(to: URL(filePath: folder.path("table.csv")))
        var configuration = TrainingConfiguration()
        (configuration.data, configuration.model, configuration.epochs) = (folder.path("table.csv"), "mlp:8", 2)
        (configuration.batchSize, configuration.density, configuration.out) = (8, 0.5, folder.path("run"))
        for (name, value) in example.options { try configuration.set(name, to: value) }
        if let test = example.test { configuration.testData = try folder.write(test, to: "test.csv") }
        guard let wanted = Wanted(example.outcome) else {
            guard case .refused(let words) = example.outcome else { return }
            #expect {
                _ = try configuration.openedData()
            } throws: { error in
                let text = "\(error)"
                if !text.contains("\n"), error is DataError, words.allSatisfy(text.contains) { return true }
                Issue.record("\(text)")
                return false
            }
            return
        }
        let source = try configuration.openedData()
        #expect(source.targets == wanted.targets && source.shape.features == wanted.features, "\(source.remarks)")
        #expect(source.train.count + source.test.count == wanted.samples)
        if let classes = wanted.classes { #expect(source.classNames == classes) }
        for words in wanted.says { #expect(source.remarks.contains { $0.contains(words) }, "\(source.remarks)") }
        #expect(source.remarks.allSatisfy { !$0.contains("\n") })
        let summary = try Trainer(configuration).run()
        #expect(summary.trainLoss.isFinite)
        let model = try TrainedModel(contentsOf: folder.path("run"))
        try checkRows(example, model, source, wanted, folder)
    }

    /// All raw values of the samples, in order.
    private func rawValues(_ subset: Subset) throws -> [Float] {
        var values: [Float] = []
        let reader = try SubsetReader(subset)
        while try reader.read(64, into: &values) > 0 {}
        return values
    }

    /// Rows are read again as they were in training: those of the table itself give the features that were trained on.
    private func checkRows(
        _ example: ExportedTable, _ model: TrainedModel, _ source: DataSource, _ wanted: Wanted,
        _ folder: TemporaryFolder
    ) throws {
        if let (text, features) = example.predict {
            let path = try folder.write(text, to: "new.csv")
            func read() throws -> [Float] {
                let table = try FeatureTable(contentsOf: path, features: wanted.features, columns: model.columns)
                var values: [Float] = []
                while try table.read(3, into: &values) > 0 {}
                return values
            }
            if features.isEmpty {
                #expect(throws: DataError.self) { try read() }
            } else {
                #expect(try read() == features)
                #expect(try model.predict(batch: read()).count == 1)
            }
        }
        // The table read by what the network knows of it is the table that it was trained on.
        let again = try model.configuration.openedData(for: model)
        #expect(again.test.count == source.test.count)
        #expect(try rawValues(again.test) == rawValues(source.test))
        guard source.test.count > 0 else { return }
        let other = try model.evaluate(again.test)
        #expect(try model.evaluate(source.test).scores == other.scores)
        guard example.test == nil, example.options["missing"] != "drop" else { return }
        let table = try FeatureTable(
            contentsOf: folder.path("table.csv"), features: wanted.features, columns: model.columns)
        var values: [Float] = []
        while try table.read(7, into: &values) > 0 {}
        #expect(try values == rawValues(Subset(source.train.dataset)))
    }

    private struct Wanted {
        var targets: TargetKind
        var classes: [String]?
        var (features, samples): (Int, Int)
        var says: [String]

        /// Nil for a table that is refused.
        init?(_ outcome: ExportedTable.Outcome) {
            switch outcome {
            case .classes(let names, let features, let samples, let says):
                (targets, classes) = (.classes(names.count), names)
                (self.features, self.samples, self.says) = (features, samples, says)
            case .numbers(let count, let features, let samples, let says):
                targets = .numbers(count)
                (self.features, self.samples, self.says) = (features, samples, says)
            case .labels(let count, let features, let samples, let says):
                targets = .labels(count)
                (self.features, self.samples, self.says) = (features, samples, says)
            case .refused: return nil
            }
        }
    }
}
