internal import Foundation
internal import SparseTraining

/// A run of a sweep as a process of its own: `sparsetrain train`. Its peak of memory is its own, and when it crashes no other run
/// does. It is in a process group of its own, so an interrupt typed on the terminal reaches the sweep alone, which hands it on.
final class RunProcess {
    private let process = Process()
    private let start = ContinuousClock.now
    private var interrupted: ContinuousClock.Instant?

    /// How long a process takes at most until it heeds signals.
    private static let beginning = Duration.milliseconds(500)
    /// A signal that came before that is lost; the next comes after so long.
    private static let patience = Duration.seconds(60)

    /// Starts it.
    /// - Throws: What the system says when it cannot be started.
    init(_ run: SweepRun, in folder: SweepFolder) throws {
        guard let program = Bundle.main.executableURL else { throw CocoaError(.fileNoSuchFile) }
        process.executableURL = program
        process.arguments = [
            "train", "--config", folder.configuration(of: run), "--out", folder.path(of: run), "--resume-or-start",
            "--quiet", "--json",
        ]
        let log = URL(filePath: folder.log(of: run))
        try Data().write(to: log)
        let file = try FileHandle(forWritingTo: log)
        defer { try? file.close() }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = file
        try process.run()
    }

    var isRunning: Bool { process.isRunning }

    /// Asks it to write what it has and to end. Called again, it asks again after a while.
    func interrupt() {
        let now = ContinuousClock.now
        guard process.isRunning, now - start > Self.beginning else { return }
        if let interrupted, now - interrupted < Self.patience { return }
        interrupted = now
        process.interrupt()
    }

    /// Whether it was asked to end.
    var wasInterrupted: Bool { interrupted != nil }

    /// Which signal ended it, in words; nil of a process that ended by itself and has said why.
    var crash: String? {
        guard process.terminationReason == .uncaughtSignal else { return nil }
        let hint = process.terminationStatus == SIGKILL ? "; the machine may have run out of memory (--memory)" : ""
        return "ended by signal \(process.terminationStatus)\(hint)"
    }
}
