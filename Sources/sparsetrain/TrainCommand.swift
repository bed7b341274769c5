internal import Foundation
internal import SparseTraining

/// `sparsetrain train`: one run, its progress on standard error, its result on standard output.
struct TrainCommand {
    private let arguments: Arguments
    private let configuration: TrainingConfiguration
    private let resumption: Resumption
    private let folder: RunFolder

    /// - Throws: `UsageError` or `ConfigurationError` for options that cannot be used.
    init(_ arguments: Arguments) throws {
        self.arguments = arguments
        resumption = try arguments.resumption()
        configuration = try arguments.configuration()
        if let out = configuration.out {
            folder = RunFolder(path: out)
        } else if resumption.mayGoOn {
            throw ConfigurationError.conflict(
                options: ["resume", "out"],
                reason: "the run folder to go on in must be named: --resume --out FOLDER, such as a folder in runs/")
        } else {
            folder = RunFolder.fresh(named: configuration.algorithm)
        }
    }

    func run() throws -> Int32 {
        if arguments.isDryRun { return try estimate() }
        let cancellation = Cancellation()
        let interrupt = Interrupt(cancellation)
        let trainer = try Trainer(
            configuration, observers: [Warnings()] + Progress.observers(quiet: arguments.isQuiet),
            cancellation: cancellation, folder: folder, resumption: resumption)
        Allocator.prepare(largestLayer: trainer.network.weights.map(\.storedWeights).max() ?? 0)
        interrupt.runBegins()
        do {
            let summary = try withExtendedLifetime(interrupt) { try trainer.run() }
            try report(summary)
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

    private func report(_ summary: TrainingSummary) throws {
        let text =
            arguments.wantsJSON
            ? String(decoding: try summary.json(), as: UTF8.self)
            : Report.text(summary, folder: folder.path, canGoOn: folder.hasCheckpoint)
        do throws(LostResult) { try StandardOutput.write(text) } catch {
            throw LostResult(reason: error.reason, file: folder.path + "/summary.json")
        }
    }

    private func estimate() throws -> Int32 {
        _ = try folder.claim(resumption)
        let estimate = try RunEstimate(configuration)
        try StandardOutput.write(arguments.wantsJSON ? try estimate.json() : Report.text(estimate))
        return estimate.fits ? ExitStatus.done : ExitStatus.wrongUsage
    }
}
