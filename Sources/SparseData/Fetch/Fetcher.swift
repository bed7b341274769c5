internal import SparseParts
internal import SparseStore

/// Brings published data sets into the cache folder. A file has its name there from the moment that its SHA-256 was right;
/// until then it grows as NAME.partial, from where a later attempt goes on, at any mirror.
package struct Fetcher {
    /// What happens meanwhile, for whoever shows it.
    package enum Event: Sendable, Equatable {
        /// A file is there with other bytes, and is fetched again.
        case replaces(path: String)
        /// A transfer begins, or goes on.
        case begins(TransferPlace)
        /// A mirror did not give the file.
        case failed(url: String, reason: String)
        /// An archive is unpacked.
        case unpacks(path: String)
    }

    /// A file, and how much of it is there.
    package struct TransferPlace: Sendable, Equatable {
        /// Where it is fetched from.
        package let url: String
        /// Bytes that are there.
        package let begin: Int
        /// Bytes that there are to be.
        package let byteCount: Int
    }

    /// What came of a data set.
    package struct Result: Sendable, Equatable {
        /// Where it is.
        package let folder: String
        /// Names of files that were fetched.
        package internal(set) var fetched: [String] = []
        /// Names of files that were there, with the right sums.
        package internal(set) var kept: [String] = []
    }

    /// So often a mirror is asked for one file, as long as each time brings more of it.
    private static let mostAttempts = 8

    let cache: String
    private let mirrors: [String]?
    private let transfer: any FileTransfer
    private let report: (Event) -> Void

    /// - Parameters:
    ///   - cache: The cache folder; it is made.
    ///   - mirrors: URLs of folders in place of those of the data set.
    ///   - transfer: How bytes come over the net.
    ///   - report: Is told what happens.
    package init(
        cache: String, mirrors: [String]? = nil, transfer: any FileTransfer,
        report: @escaping (Event) -> Void = { _ in }
    ) {
        (self.cache, self.mirrors, self.transfer, self.report) = (cache, mirrors, transfer, report)
    }

    /// Fetches what is missing or wrong of a data set.
    /// - Throws: `DataError`: which file could not be had, and what each mirror answered.
    package func fetch(_ dataset: PublishedDataset) throws(DataError) -> Result {
        let cached = CachedDataset(dataset, in: cache)
        try Disk.makeFolder(cached.folder)
        let lock = try FetchLock(cached.folder)
        defer { withExtendedLifetime(lock) {} }
        var result = Result(folder: cached.folder)
        for file in dataset.files {
            if file.members.isEmpty {
                if try isRight(file, at: cached.path(file.name)) {
                    result.kept.append(file.name)
                    continue
                }
                try download(file, of: dataset, to: cached.path(file.name))
            } else {
                let archive = UnpackedArchive(file, cached)
                if try archive.isRight() {
                    result.kept.append(file.name)
                    continue
                }
                // One that was fetched, and not unpacked to its end.
                if try !isRight(file, at: cached.path(file.name)) {
                    try download(file, of: dataset, to: cached.path(file.name))
                }
                report(.unpacks(path: cached.path(file.name)))
                try archive.unpack()
            }
            result.fetched.append(file.name)
        }
        return result
    }

    /// Whether it is there with the right bytes.
    private func isRight(_ file: PublishedDataset.File, at path: String) throws(DataError) -> Bool {
        guard let size = Disk.size(of: path) else { return false }
        if size == file.byteCount, try SHA256.digits(ofFile: path) == file.sha256 { return true }
        report(.replaces(path: path))
        return false
    }

    private func download(
        _ file: PublishedDataset.File, of dataset: PublishedDataset, to path: String
    ) throws(DataError) {
        var (answers, isOffline): ([String], Bool) = ([], true)
        for mirror in mirrors ?? dataset.mirrors {
            let url = Paths.join(mirror, file.name)
            guard let failure = try download(file, from: url, to: path) else { return }
            isOffline = isOffline && failure.isUnreachable
            answers.append("\(url): \(failure.reason)")
            report(.failed(url: url, reason: failure.reason))
        }
        throw DataError(
            .unreadable, in: path,
            (isOffline ? "the net cannot be reached: " : "no mirror gave it: ") + answers.joined(separator: "; "),
            expected: isOffline
                ? "a connection (a proxy is named by http_proxy and https_proxy), --mirror URL, or the file put there by hand"
                : "a mirror that has it with SHA-256 \(file.sha256) (--mirror URL), or that file put there by hand")
    }

    private struct Failure {
        var reason: String
        var isUnreachable = false
    }

    /// One mirror. Nil when the file is there.
    private func download(
        _ file: PublishedDataset.File, from url: String, to path: String
    ) throws(DataError) -> Failure? {
        let partial = path + FileWriter.partial
        var failure = Failure(reason: "")
        for _ in 0..<Self.mostAttempts {
            let begin = Disk.size(of: partial) ?? 0
            var end = TransferEnd.complete
            if begin < file.byteCount {
                report(.begins(TransferPlace(url: url, begin: begin, byteCount: file.byteCount)))
                end = try transfer.fetch(
                    TransferRequest(url: url, path: partial, begin: begin, byteCount: file.byteCount))
            }
            let size = Disk.size(of: partial) ?? 0
            if size == file.byteCount, try SHA256.digits(ofFile: partial) == file.sha256 {
                try Disk.move(partial, to: path)
                return nil
            }
            failure = Self.failure(end, size: size, of: file)
            if case .brokeOff = end, size < file.byteCount {
                // What came stays: it is gone on with here, and then at the next mirror.
                if size > begin { continue }
                return failure
            }
            switch end {
            case .refused, .unreachable:
                if size < file.byteCount { return failure }
            default: break
            }
            try Disk.remove(partial)
            // The beginning may have been another mirror's: once more without it.
            if begin == 0 { return failure }
        }
        return failure
    }

    private static func failure(_ end: TransferEnd, size: Int, of file: PublishedDataset.File) -> Failure {
        if size > file.byteCount { return Failure(reason: "more than \(file.byteCount) bytes") }
        if size == file.byteCount { return Failure(reason: "other bytes: SHA-256 differs") }
        switch end {
        case .complete: return Failure(reason: "\(size) bytes in place of \(file.byteCount)")
        case .brokeOff(let reason): return Failure(reason: "\(reason) (after \(size) of \(file.byteCount) bytes)")
        case .refused(let reason): return Failure(reason: reason)
        case .unreachable(let reason): return Failure(reason: reason, isUnreachable: true)
        case .tooLong(let reason): return Failure(reason: "\(reason); the file has \(file.byteCount) bytes")
        case .cannotResume: return Failure(reason: "it cannot go on in the middle of a file")
        }
    }
}

extension SHA256 {
    /// That of a whole file.
    static func digits(ofFile path: String) throws(DataError) -> String {
        let file = try DataFile(path: path)
        var (sum, position) = (SHA256(), 0)
        let buffer = AlignedBuffer<UInt8>(count: 1 << 18)
        while position < file.storedCount {
            let count = min(buffer.count, file.storedCount - position)
            try file.readStored(count, at: position, into: buffer)
            sum.update(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer.elements).prefix(count)))
            position += count
        }
        return sum.digits
    }
}
