internal import SparseParts

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// Where data was asked for: a built-in name, a file, or a folder.
public struct DataLocation: Sendable {
    /// The name or path.
    public let path: String
    let content: Content
    /// Whether somebody said that it is a text: what else could be read in it is not looked for.
    let isText: Bool

    enum Content: Sendable {
        case builtIn(String)
        /// An open file and its first bytes, decompressed.
        case file(DataFile, head: [UInt8])
        case folder(DataFolder)
    }

    init(path: String, _ content: Content, isText: Bool = false) {
        self.path = path
        self.content = content
        self.isText = isText
    }

    /// Built-in names win over files: "./digits" is the file. Files win over the names of data sets that can be fetched.
    init(_ name: String, _ options: DataOptions) throws(DataError) {
        if DigitsFormat.names.contains(name) {
            self.init(path: name, .builtIn(name))
        } else if let folder = DataFolder(path: name) {
            self.init(path: folder.path, .folder(folder))
        } else {
            guard !name.isEmpty, FileManager.default.fileExists(atPath: name) else {
                if let path = try CachedDataset.folder(named: name, options), let folder = DataFolder(path: path) {
                    self.init(path: path, .folder(folder))
                    return
                }
                throw DataError(
                    .notFound, in: name, "no such file or folder",
                    expected:
                        "a path, a built-in data set (\(DigitsFormat.names.joined(separator: ", "))), or one to be "
                        + "fetched (\(Parts.publishedData.names.joined(separator: ", ")))")
            }
            let file = try DataFile(path: name)
            self.init(path: file.path, .file(file, head: try file.head(512)), isText: options.tokenizer != nil)
        }
    }

    /// The first bytes of a file, up to 512, decompressed; none of a folder.
    public var head: [UInt8] { if case .file(_, let head) = content { head } else { [] } }

    /// Names of the files in a folder, ascending; none for a file.
    public var names: [String] { if case .folder(let folder) = content { folder.names } else { [] } }
}
