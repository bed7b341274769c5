internal import Foundation
internal import SparseData
internal import SparseModels

/// All that a report of one run shows.
struct ReportSource: Sendable {
    var run: FinishedRun
    var history: RunHistory
    /// Layer by layer; empty where there is no checkpoint.
    var layers: [LayerPicture] = []
    /// Shape of a sample.
    var sampleShape: SampleShape?
    var classes: ClassReport?
    /// What samples are called: "samples", or "tokens".
    var sampleUnit = "samples"
    /// Of a network that reads vectors: its inputs, those that matter most first.
    var inputs: [InputImportance.Input] = []

    /// What the files of a run folder say.
    /// - Throws: `ConfigurationError` or `TrainedModelError` for a file that cannot be read.
    init(folder path: String) throws {
        run = try FinishedRun(contentsOf: path)
        let folder = URL(filePath: path, directoryHint: .isDirectory)
        history = try RunHistory(contentsOf: folder.appending(path: FolderContent.metrics))
        classes = ClassReport(contentsOf: folder.appending(path: FolderContent.classes))
        if FileManager.default.fileExists(atPath: folder.appending(path: CheckpointFolder.latestName).path) {
            let model = try TrainedModel(contentsOf: path, threads: 1)
            layers = Self.pictures(model.model, model.weights)
            sampleShape = model.sampleShape
            if model.sequence != nil { sampleUnit = "tokens" }
            inputs = Self.ranked(model.pool.network, model.sampleShape, model.columns)
        }
    }

    /// A run that has just ended: its network need not be read again.
    init(
        folder path: String, configuration: TrainingConfiguration, summary: TrainingSummary, network: Network,
        sampleShape: SampleShape, columns: TableColumns?, sampleUnit: String
    ) throws {
        self.sampleUnit = sampleUnit
        run = FinishedRun(path: path, configuration: configuration.recorded, summary: summary)
        let folder = URL(filePath: path, directoryHint: .isDirectory)
        history = try RunHistory(contentsOf: folder.appending(path: FolderContent.metrics))
        classes = ClassReport(contentsOf: folder.appending(path: FolderContent.classes))
        layers = Self.pictures(network.model, network.weights)
        self.sampleShape = sampleShape
        inputs = Self.ranked(network, sampleShape, columns)
    }

    /// Pixels have a picture of their own.
    private static func ranked(
        _ network: Network, _ shape: SampleShape, _ columns: TableColumns?
    ) -> [InputImportance.Input] {
        guard shape.rows * shape.columns == 1 else { return [] }
        let inputs = InputImportance.inputs(network, shape, columns) ?? []
        return inputs.sorted { (-$0.paths, $0.index) < (-$1.paths, $1.index) }
    }

    private static func pictures(_ model: Model, _ weights: [any SparseMatrix]) -> [LayerPicture] {
        zip(model.weightShapes, weights).map { LayerPicture(name: $0.name, matrix: $1) }
    }
}
