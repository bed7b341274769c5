internal import Foundation
internal import SparseTraining

/// `sparsetrain train`: one run, its progress on standard error, its result on standard output.
struct TrainCommand {
    private let arguments: Arguments
    private let configuration: TrainingConfiguration

    /// - Throws: `ConfigurationError` for options that cannot be used.
    init(_ arguments: Arguments) throws {
        self.arguments = arguments
        var configuration = TrainingConfiguration()
        if let folder = try arguments.runFolderToResume() {
            configuration = try TrainingConfiguration(file: folder)
        }
        if let file = arguments.configFile { configuration = try TrainingConfiguration(file: URL(filePath: file)) }
        for setting in arguments.settings { try configuration.set(setting.name, to: setting.value) }
        if configuration.out == nil && !arguments.resumes {
            configuration.out = RunFolder.fresh(named: configuration.algorithm)
        }
        self.configuration = configuration
    }

    func run() throws -> Int32 {
        if arguments.isDryRun { return try estimate() }
        let cancellation = Cancellation()
        let interrupt = Interrupt(cancellation)
        let progress = Progress.observer(quiet: arguments.isQuiet)
        let trainer = try Trainer(
            configuration, observers: [Warnings()] + (progress.map { [$0] } ?? []), cancellation: cancellation,
            resumption: arguments.resumption)
        Allocator.prepare(largestLayer: trainer.network.weights.map(\.storedWeights).max() ?? 0)
        let summary = try withExtendedLifetime(interrupt) { try trainer.run() }
        if arguments.wantsJSON {
            print(String(decoding: try summary.json(), as: UTF8.self))
        } else {
            print(Report.text(summary, folder: configuration.out))
        }
        return interrupt.status ?? ExitStatus.done
    }

    private func estimate() throws -> Int32 {
        let estimate = try RunEstimate(configuration)
        print(arguments.wantsJSON ? try estimate.json() : Report.text(estimate))
        return estimate.fits ? ExitStatus.done : ExitStatus.wrongUsage
    }
}
