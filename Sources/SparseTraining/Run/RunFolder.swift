public import Foundation

/// The files of one run: `config.json` and `metrics.jsonl` from its start, `summary.json` at its end. Those of an
/// earlier run in the same folder are replaced.
public final class RunFolder: TrainingObserver {
    public let url: URL
    private let metrics: FileHandle
    private let encoder = JSONEncoder()

    /// Makes the folder, writes the configuration and begins the metrics.
    /// - Throws: `TrainingError.cannotWrite`.
    public init(path: String, configuration: TrainingConfiguration) throws {
        let url = URL(filePath: path, directoryHint: .isDirectory)
        self.url = url
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let log = url.appending(path: "metrics.jsonl")
        metrics = try writing(to: url) {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
            try? FileManager.default.removeItem(at: url.appending(path: "summary.json"))
            try configuration.json().write(to: url.appending(path: "config.json"), options: .atomic)
            try Data().write(to: log)
            return try FileHandle(forWritingTo: log)
        }
    }

    deinit { try? metrics.close() }

    public func topologyDidChange(_ record: TopologyRecord) throws { try append(record) }

    public func epochDidEnd(_ record: EpochRecord) throws { try append(record) }

    public func runDidEnd(_ summary: TrainingSummary) throws {
        let file = url.appending(path: "summary.json")
        try writing(to: file) { try summary.json(pretty: true).write(to: file, options: .atomic) }
    }

    private func append(_ record: some Encodable) throws {
        try writing(to: url.appending(path: "metrics.jsonl")) {
            try metrics.write(contentsOf: encoder.encode(record) + Data("\n".utf8))
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
