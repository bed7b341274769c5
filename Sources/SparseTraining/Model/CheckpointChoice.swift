internal import Foundation

/// Which checkpoint of a run folder is used.
public enum CheckpointChoice: String, Sendable, CaseIterable {
    /// What the run came to: the last, or the best if the run was asked to come to that.
    case result
    /// The last that was written.
    case latest
    /// That of the epoch with the best result.
    case best

    /// The checkpoint of what a user named.
    /// - Parameter run: A run folder; or a checkpoint, which is taken as it is.
    /// - Throws: `TrainedModelError` when there is nothing there, or no such checkpoint in the folder.
    package func path(of run: String) throws(TrainedModelError) -> String {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: run, isDirectory: &isFolder) else {
            throw TrainedModelError(path: run, reason: "no such file or run folder")
        }
        guard isFolder.boolValue else {
            guard self != .best else {
                throw TrainedModelError(path: run, reason: "a file, where --checkpoint best needs a run folder")
            }
            return run
        }
        let folder = CheckpointFolder(url: URL(filePath: run, directoryHint: .isDirectory), kept: 1)
        let isBest = self == .best || self == .result && Self.comesToBest(folder)
        let file = isBest ? folder.best : folder.latest
        guard FileManager.default.fileExists(atPath: file.path) else {
            throw TrainedModelError(
                path: run,
                reason:
                    "the folder has no \(file.lastPathComponent); expected a folder that a run was written to (--out)")
        }
        return file.relativePath
    }

    /// Whether the run of a folder was asked for its best network, and has one.
    private static func comesToBest(_ folder: CheckpointFolder) -> Bool {
        let file = folder.url.appending(path: FolderContent.configuration)
        guard FileManager.default.fileExists(atPath: folder.best.path),
            let configuration = try? TrainingConfiguration(file: file, isRecord: true)
        else { return false }
        return configuration.result == .best
    }
}
