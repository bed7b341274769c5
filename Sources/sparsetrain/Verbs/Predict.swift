internal import Foundation
internal import SparseData
internal import SparseParts
internal import SparseTraining

/// `sparsetrain predict RUN --data FILE`: what a trained network says of samples, as a table.
extension Verb {
    static let predict = Verb(
        name: "predict",
        summary: "write what a trained network says of samples, with or without labels, as a CSV table",
        subject: .run, options: [.predictedTable, .force, .part, .checkpoint],
        takes: { $0.isOfData && $0.name != Options().testFraction.name && $0.name != Options().testData.name },
        run: { try PredictCommand($0).run() })
}

extension CommandOption {
    static let predictedTable = CommandOption(
        name: "out", unit: "FILE", expected: "a file, or - for standard output",
        help: "the table to write; - for standard output [-]")
    static let part = CommandOption(
        name: "part", unit: "PART", expected: "test, train or all",
        help: "which part of data that have several: test, train or all [test; of a table all]",
        choices: ["test", "train", "all"])
}

private struct PredictCommand {
    private let arguments: Arguments
    private let model: TrainedModel
    private let data: String
    private let part: Part?
    /// Nil for standard output.
    private let out: String?

    private enum Part: String { case test, train, all }

    /// Samples that are read, computed and written together.
    private static let samplesAtOnce = 512

    init(_ arguments: Arguments) throws {
        self.arguments = arguments
        part = try arguments.value(of: .part).map { text in
            guard let part = Part(rawValue: text) else {
                throw ConfigurationError.invalidValue(
                    option: CommandOption.part.name, value: text, expected: CommandOption.part.expected)
            }
            return part
        }
        let out = arguments.value(of: .predictedTable) ?? "-"
        self.out = out == "-" ? nil : out
        if let file = self.out, !arguments.has(.force), FileManager.default.fileExists(atPath: file) {
            throw ConfigurationError.rejected(reason: "\(file) is there already; --force replaces it")
        }
        guard let data = arguments.setting(Options().data.name) else {
            throw ConfigurationError.missingValue(
                option: Options().data.name, expected: "a file, a data set, or - for standard input")
        }
        self.data = data
        model = try arguments.trainedModel()
        guard model.sequence == nil else {
            throw ConfigurationError.rejected(
                reason:
                    "\(try arguments.requiredSubject()) reads a text, of which there are no rows to predict; evaluate says how well "
                    + "it does")
        }
    }

    func run() throws -> Int32 {
        let (reader, remarks) = try reader()
        for remark in remarks { Command.say(remark) }
        guard reader.features == model.sampleShape.features else {
            throw DataError(
                .inconsistent, in: data, "samples of \(reader.features) features",
                expected: "\(model.sampleShape.features), as the network was trained on")
        }
        guard let out else {
            try write(reader) { try StandardOutput.write(text: $0) }
            return ExitStatus.done
        }
        var samples = 0
        try WholeFile.replace(out) { file in
            samples = try write(reader) { try file.write(contentsOf: Data($0.utf8)) }
        }
        Command.say("\(samples) samples of \(data) in \(out)")
        return ExitStatus.done
    }

    /// Where the samples come from, and what was decided about them.
    private func reader() throws -> (any FeatureReader, [String]) {
        // A part of a table is that of the run's rule; a table as a whole is read line by line.
        let options = try arguments.configuration(of: model).dataOptions
        let isTable = try part == nil && (data == "-" || DataSource.isTable(data, options: options))
        if isTable {
            var typed = TrainingConfiguration()
            for setting in arguments.settings { try typed.set(setting.name, to: setting.value) }
            let table = try FeatureTable(
                contentsOf: data, features: model.sampleShape.features, columns: model.columns,
                target: arguments.setting(Options().target.name), ignored: typed.ignoredColumns,
                decimalMark: typed.decimalMark, encoding: typed.textEncoding)
            return (table, table.remarks)
        }
        let source = try arguments.configuration(of: model).openedData(
            for: model, needsTargets: part != nil || arguments.setting(Options().data.name) == nil)
        switch part ?? .test {
        case .test: return (try SubsetReader(source.test), source.remarks)
        case .train: return (try SubsetReader(source.train), source.remarks)
        case .all:
            return (try FeatureReaders([SubsetReader(source.train), SubsetReader(source.test)]), source.remarks)
        }
    }

    /// Writes the table, some samples at a time, and returns their number.
    @discardableResult
    private func write(_ reader: any FeatureReader, _ write: (String) throws -> Void) throws -> Int {
        let table = PredictionTable(model)
        let copied = reader as? FeatureTable
        var (features, samples, isBegun) = ([Float](), 0, false)
        while true {
            features.removeAll(keepingCapacity: true)
            let count = try reader.read(Self.samplesAtOnce, into: &features)
            let predictions = try model.predict(batch: features)
            // The names come with the first rows: an error there leaves nothing half said.
            var lines = isBegun ? "" : table.header(after: copied?.copiedNames ?? [])
            isBegun = true
            let copies = copied?.takeCopies() ?? []
            for sample in 0..<count {
                lines += table.row(predictions[sample], after: sample < copies.count ? copies[sample] : [])
            }
            try write(lines)
            samples += count
            if count == 0 { return samples }
        }
    }
}
