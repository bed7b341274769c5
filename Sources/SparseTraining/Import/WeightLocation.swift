internal import Foundation
internal import SparseParts
internal import SparseStore

/// Where weights were asked for: a file or a folder.
public struct WeightLocation: Sendable {
    /// The path that was given.
    public let path: String
    /// The first bytes of a file, up to 64; none of a folder.
    public let head: [UInt8]
    /// Names in a folder, ascending; none of a file.
    public let names: [String]
    /// Whether it is a folder.
    public var isFolder: Bool

    /// A run folder stands for its latest checkpoint.
    /// - Throws: `ImportError` when there is nothing that can be read.
    package init(path: String) throws(ImportError) {
        guard StoredBytes.isFolder(path) else {
            guard FileManager.default.fileExists(atPath: path) else {
                throw ImportError(path: path, reason: "no such file or folder")
            }
            let file = try Self.bytes(of: path)
            self.init(path: path, head: try Self.head(of: file, path), names: [], isFolder: false)
            return
        }
        let checkpoint = URL(filePath: path, directoryHint: .isDirectory).appending(path: CheckpointFolder.latestName)
        if StoredBytes.isFile(checkpoint.path) {
            try self.init(path: checkpoint.relativePath)
            return
        }
        do {
            let names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
            self.init(path: path, head: [], names: names, isFolder: true)
        } catch { throw ImportError(path: path, reason: reason(of: error)) }
    }

    private init(path: String, head: [UInt8], names: [String], isFolder: Bool) {
        (self.path, self.head, self.names, self.isFolder) = (path, head, names, isFolder)
    }

    /// The open file at `path`.
    static func bytes(of path: String) throws(ImportError) -> StoredBytes {
        do throws(StoredBytes.Failure) { return try StoredBytes(path: path) } catch {
            throw ImportError(path: path, reason: "\(error)")
        }
    }

    private static func head(of file: StoredBytes, _ path: String) throws(ImportError) -> [UInt8] {
        do throws(StoredBytes.Failure) {
            return try file.array(of: UInt8.self, at: 0, count: min(64, file.count))
        } catch {
            throw ImportError(path: path, reason: "\(error)")
        }
    }

    /// Opens it in the format that it looks like.
    func open() throws(ImportError) -> any WeightArrays {
        let formats = Parts.weightFormats.entries.reversed()
        guard let format = formats.first(where: { $0.part.recognises(self) }) else {
            throw ImportError(
                path: path,
                reason: "no known format of weights; known are "
                    + formats.map { "\($0.name) (\($0.summary))" }.joined(separator: ", "))
        }
        return try format.part.open(self)
    }
}
