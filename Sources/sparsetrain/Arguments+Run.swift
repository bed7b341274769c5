internal import Foundation
internal import SparseTraining

extension Arguments {
    /// What is to become of the checkpoint in the run folder.
    /// - Throws: `UsageError` when words about it do not fit together.
    func resumption() throws(UsageError) -> Resumption {
        if overrides && !resumes { throw .needs(option: "override", other: "resume") }
        let wanted = [(resumes, "resume"), (resumesOrStarts, "resume-or-start"), (overwrites, "overwrite")]
            .filter(\.0).map(\.1)
        if wanted.count > 1 { throw .excludes(option: wanted[0], other: wanted[1]) }
        if overrides { return .overriding }
        if resumes { return .exact }
        if resumesOrStarts { return .exactOrStart }
        return overwrites ? .overwriting : .none
    }

    /// The options of the run: those of a file, under those of the command line.
    /// - Throws: `ConfigurationError`.
    func configuration() throws(ConfigurationError) -> TrainingConfiguration {
        var configuration = TrainingConfiguration()
        if let file = configFile.map({ URL(filePath: $0) }) ?? runFolderToResume {
            do { configuration = try TrainingConfiguration(file: file) } catch ConfigurationError.unreadableFile(
                let path, let reason)
            {
                throw .unreadableFile(path: path, reason: reason)
            } catch {
                throw .rejected(reason: "\(file.relativePath): \(error)")
            }
        }
        if value(of: "density") != nil && value(of: "sparsity") != nil {
            throw .conflict(options: ["density", "sparsity"], reason: "sparsity is 1 - density; set one of them")
        }
        // One takes the place of the other: what is said here, that of what the file says.
        if value(of: "epochs") == nil, value(of: "steps") != nil { configuration.epochs = nil }
        if value(of: "steps") == nil, value(of: "epochs") != nil { configuration.steps = nil }
        for setting in settings { try configuration.set(setting.name, to: setting.value) }
        let saysDensity = value(of: "density") != nil || value(of: "sparsity") != nil
        if saysDensity, let density = try? Registry.method(named: configuration.algorithm).density,
            configuration.density != density
        {
            throw .conflict(
                options: ["density", "algo"],
                reason: "the density of \(configuration.algorithm) is \(density.optionText); leave one of them out")
        }
        return configuration
    }

    /// The options that a run folder was made with, when it is to be resumed and no other file of options is named.
    private var runFolderToResume: URL? {
        guard resumes || resumesOrStarts, let out = value(of: "out"), !out.isEmpty else { return nil }
        let file = URL(filePath: out, directoryHint: .isDirectory).appending(path: "config.json")
        let checkpoint = file.deletingLastPathComponent().appending(path: "checkpoint.safetensors")
        let exists = { (url: URL) in FileManager.default.fileExists(atPath: url.path) }
        return exists(checkpoint) && exists(file) ? file : nil
    }
}
