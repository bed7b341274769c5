internal import SparseStore

/// Walks through a tar archive, plain or gzip, from its beginning to its end. It writes nothing: who reads decides by name, kind
/// and size what an entry is good for. Links, devices and the like are entries without content that is worth anything.
struct TarReader {
    /// One thing in the archive.
    struct Entry: Equatable {
        /// With folders, as `a/b.bin`; never from the root, and never with `..` in it.
        var name: String
        /// Whether it is a file; other kinds are folders, links, devices and remarks of the archiver.
        var isFile: Bool
        /// Bytes of its content.
        var byteCount: Int
    }

    private static let blockSize = 512

    private let path: String
    private let reader: any ContentReader
    private let block = AlignedBuffer<UInt8>(count: TarReader.blockSize)
    /// Bytes that may still be read.
    private var allowance: Int
    /// Where the archive was read to.
    private var position = 0
    /// What is left of the entry, and of the zeros that fill its last block.
    private var content = 0
    private var filling = 0

    /// - Parameter limit: Bytes that the archive may have, unpacked: more are an error, whatever is in them.
    init(_ file: DataFile, limit: Int) throws(DataError) {
        path = file.path
        reader = try file.reader()
        allowance = limit
    }

    /// The next entry; what is left of the one before is passed over. Nil at the end.
    /// - Throws: `DataError` for what is no tar archive, cut short, or longer than allowed.
    mutating func next() throws(DataError) -> Entry? {
        while content + filling > 0 {
            let count = min(content + filling, Self.blockSize)
            guard try fill(count) == count else { throw truncated }
            filling -= max(0, count - content)
            content -= min(content, count)
        }
        let place = position
        let count = try fill(Self.blockSize)
        // Some programs leave out the zeros that mark the end.
        if count == 0 && place > 0 { return nil }
        guard count == Self.blockSize else { throw truncated }
        if block.elements.allSatisfy({ $0 == 0 }) {
            try readToTheEnd()
            return nil
        }
        let entry = try entry(at: place)
        content = entry.byteCount
        filling = (Self.blockSize - content % Self.blockSize) % Self.blockSize
        return entry
    }

    /// Reads content of the entry into the end of `buffer`, as much as it holds at most.
    /// - Returns: How many bytes; 0 when there are no more.
    mutating func read(into buffer: AlignedBuffer<UInt8>) throws(DataError) -> Int {
        let count = min(content, buffer.count)
        guard try take(count, into: buffer) == count else { throw truncated }
        content -= count
        return count
    }

    private var truncated: DataError {
        DataError(.truncated, in: path, at: .offset(position), "the archive ends here", expected: "a whole tar archive")
    }

    private func malformed(_ place: Int, _ problem: String) -> DataError {
        DataError(.malformed, in: path, at: .offset(place), problem, expected: "a tar archive (ustar)")
    }

    /// Reads into the block, from its beginning when it is filled as a whole.
    private mutating func fill(_ count: Int) throws(DataError) -> Int { try take(count, into: block) }

    private mutating func take(_ count: Int, into buffer: AlignedBuffer<UInt8>) throws(DataError) -> Int {
        guard count <= allowance else {
            throw DataError(
                .tooLarge, in: path, at: .offset(position), "more in the archive than there should be",
                expected: "at most \(position + allowance) bytes")
        }
        let read = try reader.read(into: buffer, at: buffer.count - count)
        (allowance, position) = (allowance - read, position + read)
        return read
    }

    /// What follows the end mark fills up a tape. It is read for the check sum of a compressed archive.
    private mutating func readToTheEnd() throws(DataError) {
        while try fill(min(Self.blockSize, allowance)) > 0 {}
    }

    private func entry(at place: Int) throws(DataError) -> Entry {
        let header = block.array
        let sum = header.enumerated().reduce(0) { $0 + ((148..<156).contains($1.offset) ? 32 : Int($1.element)) }
        guard Self.octal(header[148..<156]) == sum else { throw malformed(place, "no header of an entry") }
        guard let byteCount = Self.octal(header[124..<136]) else {
            throw malformed(place, "an entry without a size, or of 8 GB and more")
        }
        let isUstar = header[257..<262].elementsEqual("ustar".utf8)
        // The prefix is one of POSIX's format; in that of GNU, whose magic has a blank, other things stand there.
        let prefix = isUstar && header[262] == 0 ? Self.text(header[345..<500]) : ""
        let kind = header[156]
        let isFile = kind == UInt8(ascii: "0") || kind == 0
        // Links and folders have none, whatever the field says.
        let hasContent = !(UInt8(ascii: "1")...UInt8(ascii: "6")).contains(kind)
        guard let name = Self.name(Self.text(header[0..<100]), prefix) else {
            throw malformed(place, "a name that leads out of the archive")
        }
        return Entry(name: name, isFile: isFile, byteCount: hasContent ? byteCount : 0)
    }

    /// Nil for one from the root, or with `..` in it.
    private static func name(_ name: String, _ prefix: String) -> String? {
        let whole = prefix.isEmpty ? name : prefix + "/" + name
        let parts = whole.split(separator: "/").filter { $0 != "." }
        return whole.hasPrefix("/") || parts.contains("..") ? nil : parts.joined(separator: "/")
    }

    /// Up to the first zero.
    private static func text(_ field: ArraySlice<UInt8>) -> String {
        String(decoding: field.prefix { $0 != 0 }, as: UTF8.self)
    }

    /// Digits, with blanks before and a blank or zero behind them; nil for anything else.
    private static func octal(_ field: ArraySlice<UInt8>) -> Int? {
        let digits = field.drop { $0 == UInt8(ascii: " ") }.prefix { $0 != UInt8(ascii: " ") && $0 != 0 }
        guard !digits.isEmpty, digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "7")).contains($0) }) else {
            return nil
        }
        return digits.reduce(0) { $0 << 3 | Int($1 - UInt8(ascii: "0")) }
    }
}
