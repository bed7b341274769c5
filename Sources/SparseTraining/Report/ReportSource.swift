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
        }
    }

    /// A run that has just ended: its network need not be read again.
    init(
        folder path: String, configuration: TrainingConfiguration, summary: TrainingSummary, network: Network,
        sampleShape: SampleShape
    ) throws {
        run = FinishedRun(path: path, configuration: configuration.recorded, summary: summary)
        let folder = URL(filePath: path, directoryHint: .isDirectory)
        history = try RunHistory(contentsOf: folder.appending(path: FolderContent.metrics))
        classes = ClassReport(contentsOf: folder.appending(path: FolderContent.classes))
        layers = Self.pictures(network.model, network.weights)
        self.sampleShape = sampleShape
    }

    private static func pictures(_ model: Model, _ weights: [any SparseMatrix]) -> [LayerPicture] {
        zip(model.weightShapes, weights).map { LayerPicture(name: $0.name, matrix: $1) }
    }
}
