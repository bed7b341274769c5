internal import Foundation
internal import SparseTraining

extension Arguments {
    var resumption: Resumption { overrides ? .overriding : resumes ? .exact : .none }

    /// The options that a run folder was made with, when it is to be resumed and no other file of options is named.
    /// - Throws: `UsageError` when words about resuming do not fit together.
    func runFolderToResume() throws(UsageError) -> URL? {
        if overrides && !resumes { throw .needs(option: "override", other: "resume") }
        guard resumes, configFile == nil, let out = settings.last(where: { $0.name == "out" })?.value, !out.isEmpty
        else {
            return nil
        }
        let file = URL(filePath: out, directoryHint: .isDirectory).appending(path: "config.json")
        return FileManager.default.fileExists(atPath: file.path) ? file : nil
    }
}
