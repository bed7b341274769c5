internal import Foundation
internal import SparseStore

/// A run that ended, as its folder tells of it.
public struct FinishedRun: Sendable {
    /// The folder, as it was given.
    public let path: String
    /// Every option with the value that was used.
    public let configuration: TrainingConfiguration
    /// What it came to.
    public let summary: TrainingSummary

    /// Reads `config.json` and `summary.json` of a run folder.
    /// - Parameter path: The run folder.
    /// - Throws: `ConfigurationError` that names the file and what is wrong with it.
    public init(contentsOf path: String) throws(ConfigurationError) {
        self.path = path
        let folder = URL(filePath: path, directoryHint: .isDirectory)
        let summary = folder.appending(path: FolderContent.summary)
        func unreadable(_ reason: String) -> ConfigurationError {
            .unreadableFile(path: summary.relativePath, reason: reason)
        }
        let data: Data
        do { data = try FileHandle(forReadingFrom: summary).read(upToCount: Self.sizeLimit) ?? Data() } catch {
            throw unreadable("\(reason(of: error)); expected a folder that a run was written to (--out) and has ended")
        }
        do { self.summary = try JSONDecoder().decode(TrainingSummary.self, from: data) } catch {
            throw unreadable("not the summary of a run")
        }
        configuration = try TrainingConfiguration(
            file: folder.appending(path: FolderContent.configuration), isRecord: true)
    }

    /// A run that has just ended.
    init(path: String, configuration: TrainingConfiguration, summary: TrainingSummary) {
        (self.path, self.configuration, self.summary) = (path, configuration, summary)
    }

    /// The summary of the largest network is shorter.
    private static let sizeLimit = 1 << 26

    /// Whether a file is a page that this program made of a run.
    package static func isReport(_ path: String) -> Bool { FolderContent.isReport(URL(filePath: path)) }

    /// What decides the result, the seed aside: options by name, with their values.
    var choices: [String: String] {
        // Runs are averaged over these.
        let averaged = [Options().seed.name, Options().fold.name]
        return TrainingConfiguration.options.reduce(into: [:]) { choices, option in
            let decides = option.carryOver != .free && option.recordedAs == nil && !averaged.contains(option.name)
            let text = option.text(configuration)
            if decides && !text.isEmpty { choices[option.name] = text }
        }
    }

    /// Of each weight the positions that are stored, ascending, and the number of all; none of a weight that has all.
    /// - Throws: `TrainedModelError` where there is no checkpoint that can be read.
    func topology() throws -> [String: LayerTopology] {
        let model = try TrainedModel(contentsOf: path, threads: 1)
        var positions: [String: LayerTopology] = [:]
        for parameter in model.parameters {
            guard let matrix = parameter.matrix, matrix.storedCount < matrix.positionCount else { continue }
            positions[parameter.name] = LayerTopology(
                shape: [matrix.rows, matrix.columns, matrix.unitRows], stored: matrix.storedPositions())
        }
        return positions
    }
}
