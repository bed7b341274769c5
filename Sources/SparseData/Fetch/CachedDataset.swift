internal import SparseParts
internal import SparseStore

/// A published data set and its folder in the cache.
package struct CachedDataset: Sendable {
    /// What is there of it, by names and lengths: sums are compared when it is fetched.
    package enum State: Sendable, Equatable {
        /// Nothing.
        case absent
        /// A part, or something else by the name of a part; what, in words.
        case incomplete(String)
        /// All files, of the lengths that they must have.
        case present
    }

    /// The data set.
    package let dataset: PublishedDataset
    /// Its folder.
    package let folder: String

    /// - Parameters:
    ///   - dataset: The data set.
    ///   - cache: The cache folder.
    package init(_ dataset: PublishedDataset, in cache: String) {
        self.dataset = dataset
        folder = Paths.join(cache, dataset.name)
    }

    /// Path of one of its files.
    func path(_ name: String) -> String { Paths.join(folder, name) }

    /// What is there of it now.
    package var state: State {
        var (faults, found): ([String], Int) = ([], 0)
        for (name, byteCounts) in dataset.contents {
            guard let size = Disk.size(of: path(name)) else {
                faults.append("\(name) is missing")
                continue
            }
            found += 1
            if byteCounts.contains(size) { continue }
            let right =
                byteCounts.count == 1
                ? "\(byteCounts.lowerBound)" : "\(byteCounts.lowerBound) to \(byteCounts.upperBound)"
            faults.append("\(name) has \(size) bytes in place of \(right)")
        }
        if faults.isEmpty { return .present }
        return found == 0 ? .absent : .incomplete(faults.joined(separator: ", "))
    }

    /// The folder of the data set that is called so, in the cache folder of the options.
    /// - Throws: `DataError` that says what to type when it was not fetched, or is not whole; nil for a name that no data set has.
    static func folder(named name: String, _ options: DataOptions) throws(DataError) -> String? {
        guard let dataset = Parts.publishedData.entry(named: name)?.part else { return nil }
        let command =
            "sparsetrain data fetch \(name)" + (options.settings.cache.map { " --cache \(Paths.word($0))" } ?? "")
        guard let cache = options.fetchFolder else { throw DataOptions.noFetchFolder }
        let cached = CachedDataset(dataset, in: cache)
        switch cached.state {
        case .present: return cached.folder
        case .absent:
            throw DataError(
                .notFound, in: name,
                "there is no file or folder of that name, and the data set is not in \(cached.folder)",
                expected: "it to be fetched: \(command)")
        case .incomplete(let fault):
            throw DataError(
                .inconsistent, in: cached.folder, "not the whole data set \(name): \(fault)",
                expected: "it to be fetched again: \(command)")
        }
    }
}

extension Paths {
    /// A path as a shell reads it as one word.
    static func word(_ path: String) -> String {
        let plain = path.allSatisfy { $0.isLetter || $0.isNumber || "/._-+,:@".contains($0) }
        return plain && !path.isEmpty
            ? path : "'" + path.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
