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
    /// Names of files, ascending.
    let names: [String]
    /// Names of folders, which may be those of files: some programs unpack `a.gz` to `a/a`.
    let folders: Set<String>
    private let inMemory: [String: AlignedBuffer<UInt8>]?

    /// Nil when there is no such folder.
    init?(path: String) {
        guard let found = try? FileManager.default.contentsOfDirectory(atPath: path) else { return nil }
        self.path = path
        folders = Set(found.filter { StoredBytes.isFolder(Paths.join(path, $0)) })
        let (folders, unpacked) = (folders, { DataFolder.unpacked($0, in: path) })
        names = found.filter { !folders.contains($0) || unpacked($0) != nil }.sorted()
        inMemory = nil
    }

    /// Takes bytes in memory as if they were files of these names.
    init(name: String, files: [String: AlignedBuffer<UInt8>]) {
        path = name
        names = files.keys.sorted()
        folders = []
        inMemory = files
    }

    /// Opens one of the files.
    func file(_ name: String) throws(DataError) -> DataFile {
        let path = Paths.join(path, name)
        if let bytes = inMemory?[name] { return DataFile(name: path, bytes: bytes) }
        return try DataFile(path: folders.contains(name) ? DataFolder.unpacked(name, in: self.path) ?? path : path)
    }

    /// All bytes of one of the files, mapped: they are read when they are looked at.
    func mapped(_ name: String) throws(DataError) -> AlignedBuffer<UInt8> {
        if let bytes = inMemory?[name] { return bytes }
        let file = try file(name)
        do throws(StoredBytes.Failure) {
            let mapped = try MappedFile(path: file.path)
            return mapped.buffer(of: UInt8.self, at: 0, count: mapped.count)
        } catch { throw DataFile.unreadable(file.path, error) }
    }

    /// The file of the same name in a folder.
    private static func unpacked(_ name: String, in path: String) -> String? {
        let inside = Paths.join(Paths.join(path, name), name)
        return StoredBytes.isFile(inside) ? inside : nil
    }
}
