public import Foundation

/// Where an export goes: a file, or a folder of files. It is written beside its place and renamed when it is complete.
public struct ExportTarget: Sendable {
    /// Name of the file in a folder that says what an export wrote there.
    static let manifest = "export.json"

    /// The file to write, which is not there yet; or the folder to write files into, which is empty.
    public let url: URL

    /// Writes the one file, or a file of the folder.
    /// - Parameter name: In the folder; nil for the file itself.
    /// - Returns: Bytes written.
    @discardableResult
    func write(_ name: String? = nil, _ body: (ByteSink) throws -> Void) throws -> Int {
        let file = name.map { url.appending(path: $0) } ?? url
        try Data().write(to: file)
        let handle = try FileHandle(forUpdating: file)
        defer { try? handle.close() }
        let sink = ByteSink(handle)
        try body(sink)
        try sink.flush()
        try handle.synchronize()
        return sink.count
    }

    /// What the files of a folder are.
    struct Manifest: Codable {
        /// The format's name, and the release that wrote it.
        var format: String
        var texts: [String: String] = [:]
        /// Files of weight matrices.
        var matrices: [Matrix] = []
        /// The file of all else.
        var vectors: String?
        /// Names of all files, this one apart.
        var files: [String] = []

        struct Matrix: Codable {
            var name: String
            var file: String
            /// Extents of the tensor.
            var shape: [Int]
        }
    }

    /// Says what is in the folder. To be called when all files are written.
    func write(_ manifest: Manifest) throws {
        var manifest = manifest
        manifest.files = try FileManager.default.contentsOfDirectory(atPath: url.path).sorted()
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let data = try encoder.encode(manifest)
        try write(Self.manifest) { sink in
            try sink.write(data)
            try sink.write("\n")
        }
    }
}

/// A path that an export is to be written to.
struct ExportDestination {
    let url: URL
    let format: String
    let isFolder: Bool

    /// Looks whether the path may be written, and changes nothing.
    /// - Throws: `ExportError`.
    func check(force: Bool, source: URL?) throws(ExportError) {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isDirectory) else { return }
        if isDirectory.boolValue != isFolder {
            throw .wrongKind(path: url.relativePath, isFolder: isDirectory.boolValue, format: format)
        }
        if let source, source.resolvingSymlinksInPath().path == url.resolvingSymlinksInPath().path {
            throw .isSource(path: url.relativePath)
        }
        if isFolder, try names().isEmpty { return }
        guard force else { throw .exists(path: url.relativePath) }
        if isFolder { try checkContent() }
    }

    /// Refuses a folder with files that no export wrote: with `--force`, a typing error might name anything.
    private func checkContent() throws(ExportError) {
        let manifest = url.appending(path: ExportTarget.manifest)
        let known = (try? Data(contentsOf: manifest)).flatMap { data in
            try? JSONDecoder().decode(ExportTarget.Manifest.self, from: data)
        }
        let own = Set(known.map { $0.files + [ExportTarget.manifest] } ?? [])
        if let name = try names().sorted().first(where: { !own.contains($0) }) {
            throw .foreign(path: url.relativePath, name: name)
        }
    }

    private func names() throws(ExportError) -> [String] {
        do { return try FileManager.default.contentsOfDirectory(atPath: url.path) } catch {
            throw .cannotWrite(path: url.relativePath, reason: reason(of: error))
        }
    }

    /// Has the export written beside its place, then puts it there. Whatever fails, what was there stays, and nothing is left.
    /// - Returns: Bytes written, and what `body` returns.
    func write<Result>(_ body: (ExportTarget) throws -> Result) throws -> (bytes: Int, result: Result) {
        let manager = FileManager.default
        let temporary = url.deletingLastPathComponent().appending(
            path: url.lastPathComponent + ".\(ProcessInfo.processInfo.processIdentifier)" + DurableFile.partial)
        defer { try? manager.removeItem(at: temporary) }
        do {
            try manager.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            if isFolder { try manager.createDirectory(at: temporary, withIntermediateDirectories: false) }
            let target = ExportTarget(url: temporary)
            let result = try body(target)
            if isFolder, !manager.fileExists(atPath: temporary.appending(path: ExportTarget.manifest).path) {
                try target.write(ExportTarget.Manifest(format: format))
            }
            let bytes = try size(of: temporary)
            try place(temporary)
            return (bytes, result)
        } catch let error as ExportError { throw error } catch {
            throw ExportError.cannotWrite(path: url.relativePath, reason: reason(of: error))
        }
    }

    /// Gives what is complete its name.
    private func place(_ temporary: URL) throws {
        // A folder cannot take the name of one that has files.
        let old = temporary.appendingPathExtension("old")
        let isReplaced = isFolder && FileManager.default.fileExists(atPath: url.path)
        if isReplaced { try move(url, to: old) }
        do { try move(temporary, to: url) } catch {
            if isReplaced { try? move(old, to: url) }
            throw error
        }
        if isReplaced { try FileManager.default.removeItem(at: old) }
        DurableFile.flushFolder(of: url)
    }

    private func move(_ one: URL, to other: URL) throws {
        guard rename(one.path, other.path) == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
    }

    private func size(of url: URL) throws -> Int {
        let files = isFolder ? try FileManager.default.contentsOfDirectory(atPath: url.path) : [""]
        return try files.reduce(0) { sum, name in
            let path = name.isEmpty ? url.path : url.appending(path: name).path
            return sum + (try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0)
        }
    }
}

/// Names of files, from names that a checkpoint holds and that may be anything.
struct FileNames {
    private var taken: Set<String> = []

    /// Letters, digits and `._-` stay, and a dot at the beginning does not; of equal names, whatever their case, later ones get a
    /// number.
    mutating func name(for text: String, suffix: String) -> String {
        let kept = text.unicodeScalars.map { scalar -> Character in
            scalar.isASCII
                && (scalar.properties.isAlphabetic || (48...57).contains(scalar.value)
                    || "._-".unicodeScalars.contains(scalar))
                ? Character(scalar) : "_"
        }
        let base = (kept.first == "." ? "_" : "") + String(kept.prefix(200))
        var name = base + suffix
        var number = 2
        while !taken.insert(name.lowercased()).inserted {
            name = "\(base)-\(number)" + suffix
            number += 1
        }
        return name
    }
}
