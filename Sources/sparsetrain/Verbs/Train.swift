internal import Foundation
internal import SparseParts
internal import SparseTraining

/// `sparsetrain train`: one run, its progress on standard error, its result on standard output.
extension Verb {
    static let train = Verb(
        name: "train", summary: "train a sparse network and say how good it is (the default verb)",
        options: [
            .config, .resume, .resumeOrStart, .override, .overwrite, .dryRun,
            CommandOption(
                name: "json", help: "print the summary as one JSON object and nothing else on standard output"),
            .quiet, .verbose,
        ],
        takes: { _ in true }, ownHelp: overview,
        run: { arguments in
            let configuration = try arguments.configuration()
            guard let folds = configuration.folds, configuration.fold == nil, !arguments.has(.dryRun) else {
                return try TrainCommand(arguments, configuration).run()
            }
            return try FoldsCommand(arguments, configuration, folds: folds).run()
        })

    /// Every option with its default, after the verbs: this is also the help of the command as a whole.
    @Sendable private static func overview() -> String {
        let intro = [
            "sparsetrain \(Release.version): trains neural networks whose weights are sparse from the first step to the last",
            "",
            "usage: sparsetrain [VERB] [--name value | --name=value] ...",
            "",
            "verbs (sparsetrain help VERB says more):",
        ]
        let options = OptionGroup.allCases.flatMap { group in
            ["", "\(group.rawValue):"]
                + TrainingConfiguration.options.filter { $0.group == group }.map { option in
                    let choices = option.choices.isEmpty ? "" : ": " + option.choices.joined(separator: ", ")
                    let aliases =
                        option.aliases.isEmpty
                        ? "" : " (also " + option.aliases.map { "--" + $0 }.joined(separator: ", ") + ")"
                    return row(
                        usage(option.isFlag ? "[no-]" + option.name : option.name, option.unit),
                        "\(option.help)\(choices)\(aliases) [\(option.defaultText)]")
                }
        }
        let end = [
            "", "Defaults are in brackets. A configuration file has the same names as keys.",
            "Exit status: 0 done, 1 the run failed or its result could not be printed, 2 wrong usage, 130, 143 or 129",
            "ended by SIGINT, SIGTERM or SIGHUP.",
        ]
        let verbs: [String] = all.map { row($0.name, $0.summary) }
        let ofCommand: [String] = train.allOptions.map { row($0) }
        let lines: [[String]] = [intro, verbs, options, ["", "command:"], ofCommand, end]
        return lines.joined().joined(separator: "\n")
    }
}

extension CommandOption {
    static let config = CommandOption(
        name: "config", unit: "FILE", expected: "a file", help: "read options from a JSON object; the command line wins"
    )
    static let resume = CommandOption(name: "resume", help: "go on from the checkpoint of the run folder --out")
    static let resumeOrStart = CommandOption(
        name: "resume-or-start", help: "the same, or begin when --out has no checkpoint yet")
    static let override = CommandOption(
        name: "override", help: "with --resume: go on although other options give other results")
    static let overwrite = CommandOption(
        name: "overwrite",
        help: "begin anew in a run folder that holds a run; its checkpoint stays as checkpoint-previous.safetensors")
    static let dryRun = CommandOption(
        name: "dry-run", help: "check options and data, and say what the run needs, without training")
    static let quiet = CommandOption(name: "quiet", help: "no progress on standard error")
    static let verbose = CommandOption(
        name: "verbose", help: "show every epoch and every layer, however many there are")
}

/// One run, from its options to its report.
struct TrainCommand {
    private let arguments: Arguments
    private let configuration: TrainingConfiguration
    private let resumption: Resumption
    private let folder: RunFolder
    private let detail: Progress.Detail
    /// Reaches the processes that train together with this one; the first of them prints and writes.
    private let communicator: (any Communicator)?
    private var isFirst: Bool { communicator.map { $0.rank == 0 } ?? true }

    /// - Throws: `UsageError` or `ConfigurationError` for options that cannot be used.
    init(
        _ arguments: Arguments, _ configuration: TrainingConfiguration, _ communicator: (any Communicator)? = nil
    ) throws {
        self.communicator = communicator
        self.arguments = arguments
        self.configuration = configuration
        resumption = try arguments.resumption()
        detail = try arguments.detail()
        if let out = configuration.out {
            folder = RunFolder(path: out)
        } else if resumption.mayGoOn {
            throw ConfigurationError.conflict(
                options: ["resume", "out"],
                reason: "the run folder to go on in must be named: --resume --out FOLDER, such as a folder in runs/")
        } else {
            folder = RunFolder.fresh(named: configuration.method)
        }
    }

    func run() throws -> Int32 {
        if arguments.has(.dryRun) { return try estimate() }
        return try run { summary, unit in
            if isFirst { try report(summary, unit: unit) }
        }
    }

    /// - Parameter report: Is told what the run came to, and what samples are called.
    /// - Returns: Exit status.
    func run(_ report: (TrainingSummary, _ unit: String) throws -> Void) throws -> Int32 {
        let cancellation = Cancellation()
        let interrupt = Interrupt(cancellation)
        let progress = Progress(detail)
        let trainer = try Trainer(
            configuration, observers: isFirst ? [Warnings()] + progress.observers : [],
            cancellation: cancellation, folder: folder, resumption: resumption, communicator: communicator)
        Allocator.prepare(largestLayer: trainer.network.weights.map(\.storedWeights).max() ?? 0)
        progress.describe(trainer)
        interrupt.runBegins()
        do {
            let summary = try withExtendedLifetime(interrupt) { try trainer.run() }
            try report(summary, trainer.sampleUnit)
        } catch {
            // A terminal that hung up takes no report, but the run has ended as it was asked to.
            guard let status = interrupt.status, error is LostResult || error as? TrainingError == .interrupted else {
                throw error
            }
            if error is LostResult { Command.say(error) }
            return status
        }
        return interrupt.status ?? ExitStatus.done
    }

    private func report(_ summary: TrainingSummary, unit: String) throws {
        let text =
            arguments.has(.json)
            ? String(decoding: try summary.json(), as: UTF8.self)
            : Report.text(
                summary, unit: unit, folder: folder.path, canGoOn: folder.hasCheckpoint, isWhole: detail == .all,
                screen: .standardOutput)
        do throws(LostResult) { try StandardOutput.write(text) } catch {
            throw LostResult(reason: error.reason, file: folder.path + "/summary.json")
        }
        if detail != .nothing, !arguments.has(.json), !summary.interrupted, folder.hasCheckpoint {
            for line in NextSteps.lines(
                folder: folder.path, isTested: summary.testLoss != nil, isText: unit == "tokens"
            ) {
                StandardError.say(line)
            }
        }
    }

    private func estimate() throws -> Int32 {
        let goesOn = try folder.claim(resumption)
        let estimate = try RunEstimate(configuration)
        // A run that goes on has said so at its beginning.
        if !goesOn { for warning in estimate.warnings { Warnings.say(warning) } }
        try StandardOutput.write(arguments.has(.json) ? try estimate.json() : Report.text(estimate))
        return estimate.fits ? ExitStatus.done : ExitStatus.wrongUsage
    }
}

/// What the words say of a run.
extension Arguments {
    /// - Throws: `UsageError` when words about it do not fit together.
    func detail() throws(UsageError) -> Progress.Detail {
        if has(.quiet) && has(.verbose) { throw .excludes(option: "quiet", other: "verbose") }
        return has(.quiet) ? .nothing : has(.verbose) ? .all : .some
    }

    /// What is to become of the checkpoint in the run folder.
    /// - Throws: `UsageError` when words about it do not fit together.
    func resumption() throws(UsageError) -> Resumption {
        if has(.override) && !has(.resume) { throw .needs(option: "override", other: "resume") }
        let wanted = [CommandOption.resume, .resumeOrStart, .overwrite].filter(has).map(\.name)
        if wanted.count > 1 { throw .excludes(option: wanted[0], other: wanted[1]) }
        if has(.override) { return .overriding }
        if has(.resume) { return .exact }
        if has(.resumeOrStart) { return .exactOrStart }
        return has(.overwrite) ? .overwriting : .none
    }

    /// The options of the run: those of a file, under those of the command line.
    /// - Throws: `ConfigurationError`.
    func configuration() throws(ConfigurationError) -> TrainingConfiguration {
        try configuration(over: optionsOfFile())
    }

    /// The same for one of several processes: the file is that of rank 0.
    func configuration(_ communicator: any Communicator) throws -> TrainingConfiguration {
        let file = communicator.rank == 0 ? optionsFile : nil
        return try configuration(over: TrainingConfiguration(file: file, ofFirst: communicator))
    }

    /// The file that is named, or that of the run that goes on.
    private var optionsFile: URL? { value(of: .config).map { URL(filePath: $0) } ?? runFolderToResume }

    private func optionsOfFile() throws(ConfigurationError) -> TrainingConfiguration {
        guard let file = optionsFile else { return TrainingConfiguration() }
        do throws(ConfigurationError) { return try TrainingConfiguration(file: file) } catch {
            // An error of the file as a whole names it; one of an option does not.
            if case .unreadableFile = error { throw error }
            throw .rejected(reason: "\(file.relativePath): \(error)")
        }
    }

    /// What the command line says, over other options.
    private func configuration(
        over given: TrainingConfiguration
    ) throws(ConfigurationError) -> TrainingConfiguration {
        var configuration = given
        if setting("density") != nil && setting("sparsity") != nil {
            throw .conflict(options: ["density", "sparsity"], reason: "sparsity is 1 - density; set one of them")
        }
        // One takes the place of the other: what is said here, that of what the file says.
        if setting("epochs") == nil, setting("steps") != nil { configuration.epochs = nil }
        if setting("steps") == nil, setting("epochs") != nil { configuration.steps = nil }
        for setting in settings { try configuration.set(setting.name, to: setting.value) }
        let saysDensity = setting("density") != nil || setting("sparsity") != nil
        if saysDensity, let density = Parts.methods.entry(named: configuration.method)?.part.density,
            configuration.density != density
        {
            throw .conflict(
                options: ["density", "algo"],
                reason: "the density of \(configuration.method) is \(density.optionText); leave one of them out")
        }
        return configuration
    }

    /// The options that a run folder was made with, when it is to be resumed and no other file of options is named.
    private var runFolderToResume: URL? {
        guard has(.resume) || has(.resumeOrStart), let out = setting("out"), !out.isEmpty else { return nil }
        let file = URL(filePath: out, directoryHint: .isDirectory).appending(path: "config.json")
        let checkpoint = file.deletingLastPathComponent().appending(path: "checkpoint.safetensors")
        let exists = { (url: URL) in FileManager.default.fileExists(atPath: url.path) }
        return exists(checkpoint) && exists(file) ? file : nil
    }
}
