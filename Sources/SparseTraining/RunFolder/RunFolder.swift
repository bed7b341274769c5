public import Foundation

/// The files of one run: `config.json` and `metrics.jsonl` from its start, `summary.json` at its end, beside the
/// checkpoints. A run that uses it holds it: no other run can use it at the same time.
public final class RunFolder: WritingObserver {
    /// As it was given, or chosen.
    public private(set) var path: String
    /// False for a folder whose name is chosen when it is made.
    private let isNamed: Bool
    private var lock: FolderLock?
    private var metrics: MetricsLog?

    /// The folder as a URL.
    public var url: URL { URL(filePath: path, directoryHint: .isDirectory) }

    /// Nothing is looked at or made before a trainer uses it.
    public init(path: String) {
        self.path = path
        isNamed = true
    }

    private init(fresh path: String) {
        self.path = path
        isNamed = false
    }

    /// A folder `runs/<time>-<name>`, which is made when the run begins, with a number where another run has that name.
    package static func fresh(named name: String, at date: Date = Date()) -> RunFolder {
        RunFolder(fresh: "runs/\(stamp(of: date))-\(name)")
    }

    /// A time in names of folders, such as 20261128-015949.
    package static func stamp(of date: Date) -> String {
        date.formatted(.iso8601.dateTimeSeparator(.standard).timeSeparator(.omitted))
            .replacing("-", with: "").replacing("T", with: "-").replacing("Z", with: "")
    }

    /// Whether there is a checkpoint to go on from.
    package var hasCheckpoint: Bool { CheckpointFolder(url: url, kept: 1).hasLatest }

    /// Holds the folder, if it is there, and finds out whether it is one that a run can use so. Nothing in it changes.
    /// - Returns: Whether there is a checkpoint to go on from.
    /// - Throws: `ConfigurationError` when the folder holds what `resumption` cannot use or lacks what it needs,
    ///   `TrainingError` when another run uses it.
    package func claim(_ resumption: Resumption) throws -> Bool {
        if isNamed { lock = try lock ?? FolderLock(url) }
        let needsCheckpoint = resumption == .exact || resumption == .overriding
        guard lock != nil else {
            if needsCheckpoint { throw cannotGoOn("there is no such folder") }
            return false
        }
        let content = try FolderContent(of: url)
        // A checkpoint alone is enough to go on from, and says itself what it is.
        let goesOn = resumption.mayGoOn && content.hasCheckpoint
        if let name = content.foreign, !(goesOn && CheckpointFolder.isCheckpoint(name)) {
            throw ConfigurationError.rejected(
                reason: "--out \(path): its \(name) was not written by a run there; name another folder")
        }
        if goesOn { return true }
        if needsCheckpoint { throw cannotGoOn("there is no checkpoint in it") }
        let isLeftOver = resumption == .exactOrStart && !content.hasSummary
        if content.holdsRun && resumption != .overwriting && !isLeftOver {
            throw ConfigurationError.rejected(
                reason: "--out \(path): it holds an earlier run; name another folder, or give "
                    + (content.hasCheckpoint ? "--resume to go on with it, or " : "")
                    + "--overwrite to begin anew there")
        }
        return false
    }

    private func cannotGoOn(_ reason: String) -> ConfigurationError {
        .rejected(reason: "--resume --out \(path): \(reason); --resume-or-start begins a run where there is none")
    }

    /// Makes the folder, or takes over what is there, and writes the configuration.
    /// - Parameter goesOn: False for a run that begins.
    /// - Throws: `TrainingError.cannotWrite`; when it is thrown first of all, nothing has changed.
    func begin(_ configuration: TrainingConfiguration, goesOn: Bool, resumption: Resumption) throws {
        if lock == nil { try make(resumption) }
        let (url, checkpoints) = (url, CheckpointFolder(url: url, kept: 1))
        let metrics = try MetricsLog(url.appending(path: FolderContent.metrics))
        try writing(to: url) {
            try configuration.recorded.json().write(
                to: url.appending(path: FolderContent.configuration), options: .atomic)
        }
        if !goesOn { try checkpoints.setAside() }
        // A run that is over has them; what a run that goes on says of its classes may stand.
        for name in [FolderContent.summary, FolderContent.report] + (goesOn ? [] : [FolderContent.classes]) {
            let file = url.appending(path: name)
            if FileManager.default.fileExists(atPath: file.path) {
                try writing(to: file) { try FileManager.default.removeItem(at: file) }
            }
        }
        checkpoints.removePartial()
        self.metrics = metrics
    }

    /// Says how the network does class by class.
    func write(_ classes: ClassReport) throws {
        let file = url.appending(path: FolderContent.classes)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try writing(to: file) { try encoder.encode(classes).write(to: file, options: .atomic) }
    }

    /// The run is over: another one may use the folder.
    func release() { lock = nil }

    private func make(_ resumption: Resumption) throws {
        try writing(to: url) {
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        }
        let name = path
        var number = 1
        while lock == nil {
            let isNew = mkdir(url.path, 0o777) == 0
            guard isNew || errno == EEXIST else {
                throw TrainingError.cannotWrite(path: path, reason: String(cString: strerror(errno)))
            }
            if isNamed {
                // Somebody may have made it after `claim` found none: then it must be fit for this run all the same.
                if try claim(resumption) { throw TrainingError.folderInUse(path: path) }
                guard lock != nil else { throw TrainingError.cannotWrite(path: path, reason: "not a folder") }
            } else if isNew {
                lock = try FolderLock(url)
            } else {
                number += 1
                path = "\(name)-\(number)"
            }
        }
    }

    // MARK: The observer

    /// Counts the lines of the metrics.
    public var cursorName: String { RunState.metricsCursor }

    public func check(cursor: Int) throws {
        _ = try MetricsLog.end(of: cursor, in: url.appending(path: FolderContent.metrics))
    }

    public func begin(at cursor: Int?) throws { try metrics?.keep(cursor ?? 0) }

    public func cursor() throws -> Int {
        try metrics?.flush()
        return metrics?.lines ?? 0
    }

    public func topologyDidChange(_ record: TopologyRecord) throws { try metrics?.append(record) }

    public func warningWasRaised(_ record: WarningRecord) throws { try metrics?.append(record) }

    public func epochDidEnd(_ record: EpochRecord) throws { try metrics?.append(record) }

    public func runDidEnd(_ summary: TrainingSummary) throws {
        let file = url.appending(path: FolderContent.summary)
        try writing(to: file) { try summary.json(pretty: true).write(to: file, options: .atomic) }
    }
}

/// Runs `body` and turns what the system throws into an error that names the path.
func writing<Result>(to url: URL, _ body: () throws -> Result) throws -> Result {
    do { return try body() } catch let error as TrainingError { throw error } catch {
        throw TrainingError.cannotWrite(path: url.relativePath, reason: reason(of: error))
    }
}

/// What a trainer does with the run that its folder may hold.
public enum Resumption: Sendable, Equatable {
    /// Begins anew, in a folder that holds no run.
    case none
    /// Begins anew even where a run was: its checkpoint is set aside as `checkpoint-previous.safetensors`, the rest is
    /// replaced.
    case overwriting
    /// Goes on from the checkpoint, which must be there, and refuses options that would give other results.
    case exact
    /// The same where there is a checkpoint; begins anew where there is none.
    case exactOrStart
    /// Goes on from the checkpoint, which must be there, with the options as they are now. Those that cannot be carried over
    /// are refused (`DeclaredOption.carryOver`).
    case overriding

    /// Whether a checkpoint is looked for.
    package var mayGoOn: Bool { self != .none && self != .overwriting }
}
