internal import SparseStore

/// The files that were taken out of an archive, and the archive until then. Their sums are kept beside them as a file that
/// `sha256sum -c` reads.
struct UnpackedArchive {
    private static let sumsName = "SHA256SUMS"
    /// Bytes of the archive beside those of its files: names, and what else its maker put in.
    private static let slack = 1 << 24

    private let file: PublishedDataset.File
    private let cached: CachedDataset

    init(_ file: PublishedDataset.File, _ cached: CachedDataset) { (self.file, self.cached) = (file, cached) }

    /// Whether all of them are there with the bytes that they had in the archive.
    func isRight() throws(DataError) -> Bool {
        let sums = cached.path(Self.sumsName)
        guard let size = Disk.size(of: sums), size > 0 else { return false }
        let text = String(decoding: try DataFile(path: sums).head(1 << 16), as: UTF8.self)
        let lines = Set(text.split(separator: "\n").map { String($0) })
        // The first line says of which archive they are.
        guard lines.contains(heading) else { return false }
        for member in file.members {
            let path = cached.path(member.name)
            guard let size = Disk.size(of: path), member.byteCounts.contains(size) else { return false }
            guard lines.contains(Self.line(try SHA256.digits(ofFile: path), member.name)) else { return false }
        }
        return true
    }

    private var heading: String { "# of \(file.name), SHA-256 \(file.sha256)" }

    private static func line(_ sum: String, _ name: String) -> String { "\(sum)  \(name)" }

    /// Takes the files out of the archive, and removes it.
    /// - Throws: `DataError` for an archive that does not have all of them as regular files of the right lengths, each once.
    func unpack() throws(DataError) {
        let path = cached.path(file.name)
        // From now on until the end it is not whole.
        try Disk.remove(cached.path(Self.sumsName))
        let most = file.members.map(\.byteCounts.upperBound).reduce(0, +)
        var tar = try TarReader(DataFile(path: path), limit: most + Self.slack)
        var lines = [heading]
        var missing = file.members
        while let entry = try tar.next() {
            guard let member = file.members.first(where: { $0.path == entry.name }) else { continue }
            guard let place = missing.firstIndex(where: { $0.path == entry.name }) else {
                throw malformed(path, "\(entry.name) is in it twice")
            }
            missing.remove(at: place)
            guard entry.isFile else { throw malformed(path, "\(entry.name) is no regular file in it") }
            guard member.byteCounts.contains(entry.byteCount) else {
                throw malformed(path, "\(entry.name) has \(entry.byteCount) bytes in it")
            }
            lines.append(Self.line(try write(&tar, to: cached.path(member.name)), member.name))
        }
        guard missing.isEmpty else {
            throw malformed(path, "there is no " + missing.map(\.path).joined(separator: ", ") + " in it")
        }
        let sums = try FileWriter(path: cached.path(Self.sumsName))
        try sums.append(lines.map { $0 + "\n" }.joined())
        try sums.finish()
        try Disk.remove(path)
    }

    /// Writes the entry of the archive, and returns its sum.
    private func write(_ tar: inout TarReader, to path: String) throws(DataError) -> String {
        let writer = try FileWriter(path: path)
        let buffer = AlignedBuffer<UInt8>(count: 1 << 18)
        var sum = SHA256()
        while case let count = try tar.read(into: buffer), count > 0 {
            let bytes = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer.elements).suffix(count))
            sum.update(bytes)
            try writer.append(bytes)
        }
        try writer.finish()
        return sum.digits
    }

    private func malformed(_ path: String, _ problem: String) -> DataError {
        DataError(
            .malformed, in: path, problem,
            expected:
                "the archive of \(cached.dataset.name): its files are \(file.members.map(\.path).joined(separator: ", "))"
        )
    }
}

extension FileWriter {
    /// Appends a text.
    func append(_ text: String) throws(DataError) {
        let bytes = AlignedBuffer(Array(text.utf8))
        try append(UnsafeRawBufferPointer(bytes.elements))
    }
}
