#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// Where data was asked for: a built-in name, a file, or a folder.
enum DataLocation {
    case builtIn(String)
    /// An open file and its first bytes, decompressed.
    case file(DataFile, head: [UInt8])
    case folder(DataFolder)

    /// Built-in names win over files: "./digits" is the file.
    init(_ name: String) throws(DataError) {
        if DigitsFormat.names.contains(name) {
            self = .builtIn(name)
            return
        }
        if let folder = DataFolder(path: name) {
            self = .folder(folder)
            return
        }
        guard !name.isEmpty, FileManager.default.fileExists(atPath: name) else {
            throw DataError(
                .notFound, in: name, "no such file or folder",
                expected: "a path, or a built-in data set (\(DigitsFormat.names.joined(separator: ", ")))")
        }
        let file = try DataFile(path: name)
        self = .file(file, head: try file.head(512))
    }

    /// For messages.
    var path: String {
        switch self {
        case .builtIn(let name): name
        case .file(let file, _): file.path
        case .folder(let folder): folder.path
        }
    }
}
