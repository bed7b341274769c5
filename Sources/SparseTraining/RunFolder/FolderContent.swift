internal import Foundation

/// What a folder holds that a run is to be written into. The run's files have common names: what another program, or the
/// user, wrote under them is not to be touched.
struct FolderContent {
    /// A run was here: its options and its metrics are.
    private(set) var holdsRun = false
    private(set) var hasCheckpoint = false
    private(set) var hasSummary = false
    /// A file that has the name of one of a run's and is none.
    private(set) var foreign: String?

    static let configuration = "config.json"
    static let metrics = "metrics.jsonl"
    static let summary = "summary.json"
    /// For TensorBoard, which looks for "tfevents" in names.
    static let events = "events.out.tfevents.sparsetrain"

    /// How the network does class by class.
    static let classes = "classes.json"
    /// For people, with charts.
    static let report = "report.html"

    /// Looks and changes nothing.
    init(of url: URL) throws(TrainingError) {
        let names: [String]
        do { names = try FileManager.default.contentsOfDirectory(atPath: url.path) } catch {
            throw .cannotWrite(path: url.relativePath, reason: reason(of: error))
        }
        hasCheckpoint = names.contains(CheckpointFolder.latestName)
        hasSummary = names.contains(Self.summary)
        let own: [(name: String, isOwn: (URL) -> Bool)] = [
            (Self.configuration, Self.isConfiguration), (Self.metrics, Self.isMetrics), (Self.summary, Self.isSummary),
            (Self.events, Self.isEvents), (Self.classes, Self.isClasses), (Self.report, Self.isReport),
        ]
        foreign =
            own.first { [names] file in names.contains(file.name) && !file.isOwn(url.appending(path: file.name)) }?.name
        guard foreign == nil else { return }
        holdsRun = names.contains(Self.configuration) && names.contains(Self.metrics)
        if holdsRun { return }
        // Metrics are made first, and empty: a process that is killed then leaves nothing else.
        foreign = names.sorted().first { name in
            [Self.configuration, Self.summary, Self.events, Self.classes, Self.report].contains(name)
                || CheckpointFolder.isCheckpoint(name)
                || (name == Self.metrics && !Self.isEmpty(url.appending(path: name)))
        }
    }

    /// As a run writes it, with all its options; an object with some of them is what a user wrote.
    private static func isConfiguration(_ file: URL) -> Bool {
        guard let object = object(of: file) else { return false }
        return ["algo", "batch-size", "data", "density", "model", "optimizer", "seed"].allSatisfy {
            object.keys.contains($0)
        }
    }

    private static func isSummary(_ file: URL) -> Bool {
        object(of: file).map { $0.keys.contains("algo") && $0.keys.contains("test_loss") } ?? false
    }

    /// Empty, or with a first line that is a record of a run.
    private static func isMetrics(_ file: URL) -> Bool {
        guard let handle = try? FileHandle(forReadingFrom: file) else { return false }
        defer { try? handle.close() }
        // A record of the largest network is shorter.
        guard let head = try? handle.read(upToCount: 1 << 24), !head.isEmpty else { return isEmpty(file) }
        let line = head.prefix { $0 != UInt8(ascii: "\n") }
        // Half a line: the process was killed while it wrote.
        if line.count == head.count { return head.starts(with: Data("{".utf8)) }
        let object = try? JSONSerialization.jsonObject(with: Data(line)) as? [String: Any]
        return object?["event"] is String
    }

    /// Empty, or with a first record that says which kind of file it is.
    private static func isEvents(_ file: URL) -> Bool {
        guard let head = try? FileHandle(forReadingFrom: file).read(upToCount: 64) else { return isEmpty(file) }
        return head.isEmpty || head.range(of: Data("brain.Event:".utf8)) != nil
    }

    private static func isClasses(_ file: URL) -> Bool { object(of: file)?.keys.contains("confusion") ?? false }

    /// A page that says what made it.
    static func isReport(_ file: URL) -> Bool {
        guard let head = try? FileHandle(forReadingFrom: file).read(upToCount: 4096) else { return isEmpty(file) }
        return head.range(of: Data("<meta name=\"generator\" content=\"sparsetrain".utf8)) != nil
    }

    private static func isEmpty(_ file: URL) -> Bool {
        var status = stat()
        return stat(file.path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && status.st_size == 0
    }

    private static func object(of file: URL) -> [String: Any]? {
        guard let data = try? FileHandle(forReadingFrom: file).read(upToCount: 1 << 26) else { return nil }
        return (try? JSONSerialization.jsonObject(with: data)) as? [String: Any]
    }
}
