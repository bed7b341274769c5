internal import Foundation
internal import SparseParts
internal import SparseTraining

/// `sparsetrain import FILE`: a network that another program trained, as a run of no steps.
extension Verb {
    static let `import` = Verb(
        name: "import", summary: "make a run of no steps from the weights and masks of a file (safetensors, npz)",
        subject: Subject(name: "FILE", meaning: "a file of weights"), options: [.overwrite, .json, .quiet, .verbose],
        isAboutRun: false, takes: \.isOfImport
    ) { arguments in
        let (configuration, detail) = (try arguments.importConfiguration(), try arguments.detail())
        let folder = RunFolder(path: configuration.out ?? "")
        let trainer = try Trainer(
            configuration, observers: [Warnings()] + Progress(detail).observers, folder: folder,
            resumption: arguments.has(.overwrite) ? .overwriting : .none)
        let summary = try trainer.keepUntrained()
        try StandardOutput.write(
            arguments.has(.json)
                ? String(decoding: try summary.json(), as: UTF8.self)
                : Report.text(
                    summary, folder: folder.path, isWhole: detail == .all, screen: .standardOutput))
        return ExitStatus.done
    }
}

extension Arguments {
    /// The options of a run that begins from the file and has no step.
    /// - Throws: `UsageError` or `ConfigurationError`.
    fileprivate func importConfiguration() throws -> TrainingConfiguration {
        let all = Options()
        var configuration = TrainingConfiguration()
        let file = try requiredSubject()
        for (option, example) in [
            (all.model.name, "mlp:300,100"), (all.data.name, "digits"), (all.out.name, "runs/NAME"),
        ]
        where setting(option) == nil {
            throw ConfigurationError.missingValue(
                option: option,
                expected: "a network is imported for a model and data, into a folder, such as \(example)")
        }
        try configuration.set(all.method.name, to: "static")
        try configuration.set(all.initFrom.name, to: file)
        for setting in settings { try configuration.set(setting.name, to: setting.value) }
        return configuration
    }
}

extension DeclaredOption {
    /// Whether it says what network an imported one is, on which samples it is measured, and where it goes.
    fileprivate var isOfImport: Bool {
        let all = Options()
        let taken: [any DeclaredOption] =
            Parts.models.options + Parts.dataFormats.options + Parts.losses.options + [
                all.model, all.nameMaps, all.inputMean, all.inputDeviation, all.standardization, all.denseLayers,
                all.blocks,
                all.nm, all.constantFanIn, all.denseSwitch, all.data, all.cache, all.inputShape,
                all.trainSamples,
                all.validationFraction, all.batchSize, all.loss, all.seed, all.threads, all.out,
            ]
        return taken.contains { $0.name == name }
    }
}
