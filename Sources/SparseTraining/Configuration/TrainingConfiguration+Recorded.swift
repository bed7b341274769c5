internal import Foundation
internal import SparseData

extension TrainingConfiguration {
    /// The options as a run folder and its checkpoints keep them: data is found from any working folder, and the run folder,
    /// which may be moved, is the one where they lie.
    var recorded: TrainingConfiguration {
        var recorded = self
        recorded.out = nil
        recorded.data = Self.absolute(self.data)
        recorded.initFrom = self.initFrom.map(Self.absolute)
        recorded.testData = self.testData.map(Self.absolute)
        return recorded
    }

    /// The path of a file or folder from the root; other names (built in, or a program's own) stay.
    private static func absolute(_ name: String) -> String {
        guard !DataSource.builtIn.contains(name), FileManager.default.fileExists(atPath: name) else { return name }
        return URL(filePath: name).absoluteURL.standardizedFileURL.path
    }
}
