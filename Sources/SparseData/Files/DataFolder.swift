internal import SparseStore

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// A folder of data files, or some files in memory that stand for one.
struct DataFolder: Sendable {
    /// For messages.
    let path: String
    /// Ascending.
    let names: [String]
    private let inMemory: [String: AlignedBuffer<UInt8>]?

    /// Nil when there is no such folder.
    init?(path: String) {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else { return nil }
        self.path = path
        self.names = names.sorted()
        inMemory = nil
    }

    /// Takes bytes in memory as if they were files of these names.
    init(name: String, files: [String: AlignedBuffer<UInt8>]) {
        path = name
        names = files.keys.sorted()
        inMemory = files
    }

    /// Opens one of the files.
    func file(_ name: String) throws(DataError) -> DataFile {
        let path = Paths.join(path, name)
        if let bytes = inMemory?[name] { return DataFile(name: path, bytes: bytes) }
        return try DataFile(path: path)
    }
}
