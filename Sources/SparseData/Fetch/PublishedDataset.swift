/// A data set that others publish, and that is fetched by its name into the cache folder.
package struct PublishedDataset: Sendable {
    /// What it is called, and the name of its folder in the cache.
    package let name: String
    /// One line: what it is, and under which terms.
    package let summary: String
    /// Folders on the net that have its files, in the order in which they are asked.
    package let mirrors: [String]
    /// What is fetched.
    package let files: [File]

    /// - Parameters:
    ///   - name: What it is called.
    ///   - summary: One line: what it is, and under which terms.
    ///   - mirrors: URLs of folders, in the order in which they are asked.
    ///   - files: What is fetched.
    package init(name: String, summary: String, mirrors: [String], files: [File]) {
        (self.name, self.summary, self.mirrors, self.files) = (name, summary, mirrors, files)
    }

    /// A file on the net. Nothing is taken for it that has not this length and this sum.
    package struct File: Sendable {
        /// Its name at every mirror, and on the disk.
        package let name: String
        /// Its length, and the most that is fetched.
        package let byteCount: Int
        /// SHA-256 of its bytes, 64 digits in lower case.
        package let sha256: String
        /// Of an archive: what is taken out of it. The archive itself does not stay.
        package let members: [Member]

        /// - Parameters:
        ///   - name: Its name at every mirror.
        ///   - byteCount: Its length.
        ///   - sha256: 64 digits in lower case.
        ///   - members: Of an archive (tar, plain or gzip): what is taken out of it.
        package init(_ name: String, byteCount: Int, sha256: String, members: [Member] = []) {
            (self.name, self.byteCount, self.sha256, self.members) = (name, byteCount, sha256, members)
        }
    }

    /// A file in an archive.
    package struct Member: Sendable {
        /// With its folders in the archive.
        package let path: String
        /// How long it may be.
        package let byteCounts: ClosedRange<Int>

        /// - Parameters:
        ///   - path: With its folders in the archive.
        ///   - byteCount: How long it is; nil for a text of at most 64 KB.
        package init(_ path: String, byteCount: Int? = nil) {
            self.path = path
            byteCounts = byteCount.map { $0...$0 } ?? 1...(1 << 16)
        }

        /// Its name on the disk.
        var name: String { Paths.name(path) }
    }

    /// Bytes that are fetched.
    package var byteCount: Int { files.map(\.byteCount).reduce(0, +) }

    /// The files of which the data set consists on the disk, and how long they may be.
    var contents: [(name: String, byteCounts: ClosedRange<Int>)] {
        files.flatMap { file in
            file.members.isEmpty
                ? [(file.name, file.byteCount...file.byteCount)] : file.members.map { ($0.name, $0.byteCounts) }
        }
    }
}
