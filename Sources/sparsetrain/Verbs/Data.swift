internal import Foundation
internal import SparseData
internal import SparseParts
internal import SparseTraining

/// `sparsetrain data`: public data sets by name, listed or fetched into the cache folder.
extension Verb {
    static let data = Verb(
        name: "data", summary: "list the public data sets that are known by name, or fetch those that are named",
        subject: Subject(
            name: "list|fetch NAME", meaning: "list, or fetch and the names of data sets", isList: true),
        options: [.mirror, .json, .quiet], isAboutRun: false, takes: { $0.name == Options().cache.name },
        run: { try DataCommand($0).run() })
}

extension CommandOption {
    fileprivate static let mirror = CommandOption(
        name: "mirror", unit: "URL", expected: "the URL of a folder",
        help: "fetch the files of one data set from the folder URL, in place of the mirrors that are known")
}

/// One call of the verb.
struct DataCommand {
    /// What is done.
    enum Action: String, CaseIterable { case list, fetch }

    private let arguments: Arguments
    private let action: Action
    private let datasets: [PublishedDataset]
    private let cache: String

    /// - Throws: `UsageError` or `ConfigurationError` for words that mean nothing, `DataError` without a cache folder.
    init(_ arguments: Arguments) throws {
        self.arguments = arguments
        let word = try arguments.requiredSubject()
        guard let action = Action(rawValue: word) else {
            throw UsageError.unknownSubject(word, arguments.verb, Action.allCases.map(\.rawValue))
        }
        self.action = action
        let names = arguments.subjects.dropFirst()
        if action == .fetch && names.isEmpty { throw UsageError.missingSubject(arguments.verb) }
        let chosen = try names.map { name throws(UsageError) in
            if let entry = Parts.publishedData.entry(named: name) { return entry.part }
            throw .unknownSubject(name, arguments.verb, Parts.publishedData.names)
        }
        datasets = names.isEmpty ? Parts.publishedData.entries.map(\.part) : chosen
        if arguments.value(of: .mirror) != nil {
            if action == .list { throw UsageError.needs(option: CommandOption.mirror.name, other: "fetch") }
            if datasets.count > 1 {
                throw ConfigurationError.rejected(
                    reason: "--mirror is the folder of one data set's files: fetch one at a time")
            }
        }
        var configuration = TrainingConfiguration()
        for setting in arguments.settings { try configuration.set(setting.name, to: setting.value) }
        guard let folder = configuration.dataOptions.fetchFolder else { throw DataOptions.noFetchFolder }
        cache = folder
    }

    func run() throws -> Int32 {
        if action == .fetch, let status = try fetch() { return status }
        if arguments.has(.json) {
            try StandardOutput.write(Output.json(datasets.map { Listed($0, in: cache) }))
        } else if action == .list {
            try StandardOutput.write(DataList.text(datasets, in: cache))
        }
        return ExitStatus.done
    }

    /// - Returns: The exit status when a signal ended it.
    private func fetch() throws -> Int32? {
        let cancellation = Cancellation()
        let interrupt = Interrupt(cancellation)
        interrupt.runBegins()
        let progress = arguments.has(.quiet) ? nil : FetchProgress()
        defer { progress?.end() }
        let transfer = try LazyTransfer(cancellation, progress)
        let fetcher = Fetcher(
            cache: cache, mirrors: arguments.value(of: .mirror).map { [$0] }, transfer: transfer,
            report: { progress?.happened($0) })
        for dataset in datasets {
            do {
                let result = try withExtendedLifetime(interrupt) { try fetcher.fetch(dataset) }
                progress?.end()
                if !arguments.has(.json) { try StandardOutput.write(DataList.text(result, of: dataset)) }
            } catch {
                guard let status = interrupt.status else { throw error }
                Command.say(error)
                return status
            }
        }
        return interrupt.status
    }
}

/// curl, looked for when something is to be fetched: what is there is verified without it.
private struct LazyTransfer: FileTransfer {
    private let make: () throws(DataError) -> CurlTransfer

    init(_ cancellation: Cancellation, _ progress: FetchProgress?) throws {
        make = { () throws(DataError) in
            try CurlTransfer(cancellation: cancellation, progress: { progress?.progressed($0, $1) })
        }
    }

    func fetch(_ request: TransferRequest) throws(DataError) -> TransferEnd { try make().fetch(request) }
}

/// What `sparsetrain data` prints.
enum DataList {
    static func text(_ datasets: [PublishedDataset], in cache: String) -> String {
        let rows = datasets.map { dataset in
            let listed = DataCommand.Listed(dataset, in: cache)
            return [dataset.name, FetchProgress.megabytes(dataset.byteCount), listed.state, dataset.summary]
        }
        let faults = datasets.compactMap { dataset -> String? in
            let listed = DataCommand.Listed(dataset, in: cache)
            return listed.fault.map { "\(dataset.name) is not whole: \($0)" }
        }
        let widths = (0..<3).map { column in rows.map { $0[column].count }.max() ?? 0 }
        let lines = rows.map { row in
            let cells = (0..<3).map {
                $0 == 1 ? padding(row[1], widths[1]) + row[1] : row[$0] + padding(row[$0], widths[$0])
            }
            return cells.joined(separator: "  ") + "  " + row[3]
        }
        let end = "in \(cache); sparsetrain data fetch NAME fetches one, and --data NAME reads it"
        return (lines + faults + [end]).joined(separator: "\n")
    }

    private static func padding(_ cell: String, _ width: Int) -> String {
        String(repeating: " ", count: width - cell.count)
    }

    static func text(_ result: Fetcher.Result, of dataset: PublishedDataset) -> String {
        let files = { (count: Int) in "\(count) \(count == 1 ? "file" : "files")" }
        let what =
            result.fetched.isEmpty
            ? "is there already, nothing was fetched"
            : "\(files(result.fetched.count)) fetched"
                + (result.kept.isEmpty ? "" : ", \(files(result.kept.count)) there already")
        return "\(dataset.name): \(what); SHA-256 right; in \(result.folder)"
    }
}

extension DataCommand {
    /// A data set, for `--json`.
    struct Listed: Encodable {
        var name: String
        var summary: String
        var bytes: Int
        var state: String
        /// Why it is not whole.
        var fault: String?
        var folder: String
        var files: [File]

        struct File: Encodable {
            var name: String
            var bytes: Int
            var sha256: String
            var urls: [String]
        }

        init(_ dataset: PublishedDataset, in cache: String) {
            let cached = CachedDataset(dataset, in: cache)
            (name, summary, bytes) = (dataset.name, dataset.summary, dataset.byteCount)
            folder = cached.folder
            switch cached.state {
            case .absent: state = "absent"
            case .incomplete(let reason): (state, fault) = ("incomplete", reason)
            case .present: state = "present"
            }
            files = dataset.files.map { file in
                File(
                    name: file.name, bytes: file.byteCount, sha256: file.sha256,
                    urls: dataset.mirrors.map { $0 + file.name })
            }
        }
    }
}
