public import Foundation

/// The files of one run: `config.json` and `metrics.jsonl` from its start, `summary.json` at its end. Those of an
/// earlier run in the same folder are replaced.
public final class RunFolder: TrainingObserver {
    public let url: URL
    private let metrics: FileHandle
    private let encoder = JSONEncoder()
    /// Lines of the metrics that are in the file.
    private(set) var lines = 0
    /// Lines that could not be written yet, and whether that was said.
    private var pending: [Data] = []
    private var failed = false

    /// Makes the folder, writes the configuration and begins the metrics.
    /// - Parameter lines: Lines of the metrics to keep, of a run that goes on.
    /// - Throws: `TrainingError.cannotWrite`, and `damagedCheckpoint` when there are fewer lines than that.
    public init(path: String, configuration: TrainingConfiguration, keeping lines: Int = 0) throws {
        let url = URL(filePath: path, directoryHint: .isDirectory)
        self.url = url
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let log = url.appending(path: "metrics.jsonl")
        metrics = try writing(to: url) {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
            try? FileManager.default.removeItem(at: url.appending(path: "summary.json"))
            try configuration.json().write(to: url.appending(path: "config.json"), options: .atomic)
            if lines == 0 { try Data().write(to: log) }
            return try FileHandle(forUpdating: log)
        }
        if lines > 0 { try writing(to: log) { try keep(lines) } }
    }

    deinit { try? metrics.close() }

    public func topologyDidChange(_ record: TopologyRecord) throws { try append(record) }

    public func warningWasRaised(_ record: WarningRecord) throws { try append(record) }

    public func epochDidEnd(_ record: EpochRecord) throws { try append(record) }

    public func runDidEnd(_ summary: TrainingSummary) throws {
        let file = url.appending(path: "summary.json")
        try writing(to: file) { try summary.json(pretty: true).write(to: file, options: .atomic) }
    }

    /// Cuts the metrics after `count` lines.
    private func keep(_ count: Int) throws {
        var end: UInt64 = 0
        while lines < count {
            guard let piece = try metrics.read(upToCount: 1 << 16), !piece.isEmpty else {
                throw TrainingError.damagedCheckpoint(
                    path: url.appending(path: "metrics.jsonl").relativePath,
                    reason: "\(lines) lines, but the checkpoint was made after \(count)")
            }
            for byte in piece where lines < count {
                end += 1
                if byte == UInt8(ascii: "\n") { lines += 1 }
            }
        }
        try metrics.truncate(atOffset: end)
    }

    /// Brings the metrics to the disk, as many of them as there is room for.
    func flush() throws {
        try? writePending()
        try writing(to: url.appending(path: "metrics.jsonl")) { try metrics.synchronize() }
    }

    private func append(_ record: some Encodable) throws {
        pending.append(try encoder.encode(record) + Data("\n".utf8))
        do {
            try writing(to: url.appending(path: "metrics.jsonl")) { try writePending() }
            failed = false
        } catch {
            // Once is enough, as long as it does not work.
            if failed { return }
            failed = true
            throw error
        }
    }

    /// Writes each line as a whole: half a line is taken back.
    private func writePending() throws {
        while let line = pending.first {
            let end = try metrics.offset()
            do { try metrics.write(contentsOf: line) } catch {
                try? metrics.truncate(atOffset: end)
                throw error
            }
            lines += 1
            pending.removeFirst()
        }
    }

    /// A folder `runs/<time>-<name>` that does not exist yet.
    public static func fresh(named name: String, at date: Date = Date()) -> String {
        let stamp = date.formatted(.iso8601.dateTimeSeparator(.standard).timeSeparator(.omitted))
            .replacing("-", with: "").replacing("T", with: "-").replacing("Z", with: "")
        let path = "runs/\(stamp)-\(name)"
        let taken = { FileManager.default.fileExists(atPath: $0) }
        if !taken(path) { return path }
        var number = 2
        while taken("\(path)-\(number)") { number += 1 }
        return "\(path)-\(number)"
    }
}

/// Runs `body` and turns what the system throws into an error that names the path.
private func writing<Result>(to url: URL, _ body: () throws -> Result) throws -> Result {
    do { return try body() } catch let error as TrainingError { throw error } catch {
        throw TrainingError.cannotWrite(path: url.relativePath, reason: reason(of: error))
    }
}
